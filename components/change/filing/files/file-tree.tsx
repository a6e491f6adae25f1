'use client';

import { ArrowDown, ArrowUp, ChevronRight, FileCode2, Pencil, Trash2 } from 'lucide-react';
import { type KeyboardEvent, memo, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { classNames } from '#components/ui/class-names.ts';
import { IconButton } from '#components/ui/form/icon-button.tsx';
import { LiveRegion } from '#components/ui/live-region.tsx';
import type { Phase } from '../manifest/manifest-text.ts';
import { NameForm } from './name-form.tsx';
import { treeKey } from './tree-keys.ts';
import { foldersAbove, type TreeRow, treeRows } from './tree-rows.ts';

type Props = {
	paths: string[];
	/** The phases of the manifest, with their files in the order of execution. */
	phases: Phase[];
	opened: string;
	/** How many findings a file has. */
	countOf: (path: string) => number;
	onOpen: (path: string) => void;
	/** What is wrong with a new path of that file or folder; null when it may have it. */
	wrongWith: (from: string, to: string) => string | null;
	onRename: (from: string, to: string) => void;
	onMove: (path: string, by: -1 | 1) => void;
	/** Puts files at the end of that phase. */
	onPhase: (paths: string[], phase: number) => void;
	onRemove: (paths: string[]) => void;
};

/** The files of the bundle as a tree, in the order of execution. Everything is done with the row that is chosen, by keyboard too. */
export function FileTree({ paths, phases, opened, countOf, onOpen, wrongWith, onRename, onMove, onPhase, onRemove }: Props) {
	const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
	const [chosen, setChosen] = useState(opened);
	const [isRenaming, setIsRenaming] = useState(false);
	const [said, setSaid] = useState('');
	const list = useRef<HTMLDivElement>(null);
	const isFocusLost = useRef(false);
	const order = useMemo(() => phases.flatMap(({ files }) => files), [phases]);
	const rows = useMemo(() => treeRows(paths, order, closed), [paths, order, closed]);
	const at = Math.max(
		0,
		rows.findIndex(({ path }) => path === chosen),
	);
	const row = rows[at];

	// A file that is opened from elsewhere is shown, whatever was closed.
	useEffect(() => {
		setChosen(opened);
		setClosed((before) => new Set([...before].filter((folder) => !foldersAbove(opened).includes(folder))));
	}, [opened]);
	// What had the focus is gone: the row that is chosen gets it, as soon as it is there.
	useEffect(() => {
		if (!isFocusLost.current || row?.path !== chosen) return;
		isFocusLost.current = false;
		focusRow(list.current, at);
	});
	// The same for every row and every letter that is typed elsewhere, so that no row is drawn again for it.
	const now = useRef<{ press: (row: TreeRow) => void; pressKey: (event: KeyboardEvent, row: TreeRow) => void }>(null);
	const onFocus = useCallback((one: TreeRow) => setChosen(one.path), []);
	const onPress = useCallback((one: TreeRow) => now.current?.press(one), []);
	const onKey = useCallback((event: KeyboardEvent, one: TreeRow) => now.current?.pressKey(event, one), []);
	if (!row) return null;

	function choose(index: number) {
		setChosen(rows[index]?.path ?? '');
		focusRow(list.current, index);
	}
	function toggle({ path, isOpen }: TreeRow) {
		setClosed((before) => (isOpen ? new Set([...before, path]) : new Set([...before].filter((folder) => folder !== path))));
	}
	function press(one: TreeRow) {
		setChosen(one.path);
		if (one.isOpen === null) onOpen(one.path);
		else toggle(one);
	}
	function move(one: TreeRow, by: -1 | 1) {
		if (one.runs === null || one.runs + by < 1 || one.runs + by > order.length) return;
		onMove(one.path, by);
		isFocusLost.current = list.current?.contains(document.activeElement) ?? false;
		setSaid(`${one.name} moved one place ${by === 1 ? 'later' : 'earlier'}.`);
	}
	function remove(one: TreeRow) {
		const neighbour = rows.find(({ files }, index) => index > at && !files.every((path) => one.files.includes(path))) ?? rows[at - 1];
		isFocusLost.current = list.current?.contains(document.activeElement) ?? false;
		if (neighbour) setChosen(neighbour.path);
		onRemove(one.files);
	}

	function endRenaming() {
		setIsRenaming(false);
		isFocusLost.current = true;
	}

	function pressKey(event: KeyboardEvent, one: TreeRow) {
		if (event.ctrlKey || event.metaKey) return;
		const asked = treeKey(event, rows, rows.indexOf(one));
		if (!asked) return;
		event.preventDefault();
		if (asked.act === 'go') choose(asked.to);
		else if (asked.act === 'move') move(one, asked.by);
		else if (asked.act === 'press') press(one);
		else if (asked.act === 'toggle') toggle(one);
		else if (asked.act === 'rename') setIsRenaming(true);
		else remove(one);
	}
	now.current = { press, pressKey };

	return (
		<div className="grid min-w-0 grid-cols-1 gap-2">
			<div role="toolbar" aria-label={`What to do with ${row.path}`} className="flex gap-1">
				<IconButton isBordered label={`Rename ${row.path}`} onPress={() => setIsRenaming(true)}>
					<Pencil className="size-4" aria-hidden />
				</IconButton>
				<IconButton isBordered label={`Run ${row.path} earlier`} isOff={row.runs === null || row.runs === 1} onPress={() => move(row, -1)}>
					<ArrowUp className="size-4" aria-hidden />
				</IconButton>
				<IconButton
					isBordered
					label={`Run ${row.path} later`}
					isOff={row.runs === null || row.runs === order.length}
					onPress={() => move(row, 1)}
				>
					<ArrowDown className="size-4" aria-hidden />
				</IconButton>
				<IconButton isBordered label={`Remove ${row.path}`} onPress={() => remove(row)}>
					<Trash2 className="size-4" aria-hidden />
				</IconButton>
				<PhaseChoice row={row} phases={phases} onPhase={onPhase} />
			</div>
			{isRenaming && (
				<NameForm
					key={row.path}
					label={`New path of ${row.path}`}
					initial={row.path}
					submitLabel="Rename"
					wrongWith={(to) => wrongWith(row.path, to)}
					onSubmit={(to) => {
						endRenaming();
						if (to === row.path) return;
						setChosen(row.isOpen === null || to.endsWith('/') ? to : `${to}/`);
						onRename(row.path, to);
					}}
					onCancel={endRenaming}
				/>
			)}
			<LiveRegion urgency="polite">{said}</LiveRegion>
			<div ref={list} role="tree" aria-label="Files of the bundle" className="panel max-h-[36rem] overflow-y-auto py-1">
				{rows.map((one) => (
					<Row
						key={one.path}
						row={one}
						isChosen={one === row}
						isOpened={one.path === opened}
						count={one.isOpen === true ? 0 : one.files.reduce((sum, path) => sum + countOf(path), 0)}
						onFocus={onFocus}
						onPress={onPress}
						onKey={onKey}
					/>
				))}
			</div>
		</div>
	);
}

/** The phase of what is chosen, when there are several; a folder over several phases is in none. */
function PhaseChoice({ row, phases, onPhase }: { row: TreeRow } & Pick<Props, 'phases' | 'onPhase'>) {
	if (phases.length < 2) return null;
	const phase = phases.findIndex(({ files }) => row.files.every((path) => files.includes(path)));
	return (
		<select
			aria-label={`Phase of ${row.path}`}
			value={phase === -1 ? '' : phase}
			onChange={({ target }) => onPhase(row.files, Number(target.value))}
			className="h-8 min-w-0 flex-1 rounded-md border border-line-strong bg-panel px-1.5 text-sm text-ink max-sm:h-11"
		>
			{phase === -1 && <option value="">in several phases</option>}
			{phases.map(({ name }, index) => (
				// biome-ignore lint/suspicious/noArrayIndexKey: phases may have the same name
				<option key={index} value={index}>
					{name || `Phase ${index + 1}`}
				</option>
			))}
		</select>
	);
}

function focusRow(list: HTMLElement | null, index: number): void {
	const row = list?.children[index];
	if (row instanceof HTMLElement) row.focus();
}

type RowProps = {
	row: TreeRow;
	isChosen: boolean;
	isOpened: boolean;
	count: number;
	onFocus: (row: TreeRow) => void;
	onPress: (row: TreeRow) => void;
	onKey: (event: KeyboardEvent, row: TreeRow) => void;
};

/** Deeper levels than these stand where the last of them stands. */
const INDENT = ['pl-2', 'pl-6', 'pl-10', 'pl-14', 'pl-18'];

const Row = memo(function Row({ row, isChosen, isOpened, count, onFocus, onPress, onKey }: RowProps) {
	const { name, level, place, siblings, runs, isOpen } = row;
	return (
		<div
			role="treeitem"
			tabIndex={isChosen ? 0 : -1}
			aria-level={level}
			aria-posinset={place}
			aria-setsize={siblings}
			aria-expanded={isOpen ?? undefined}
			aria-selected={isOpened}
			title={row.path}
			onClick={() => onPress(row)}
			onFocus={() => onFocus(row)}
			onKeyDown={(event) => onKey(event, row)}
			className={classNames(
				'flex h-8 cursor-pointer items-center gap-1.5 pr-2 -outline-offset-2 hover:bg-sunken aria-selected:bg-accent-soft max-sm:h-11',
				INDENT[Math.min(level, INDENT.length) - 1],
			)}
		>
			{isOpen === null ? (
				<FileCode2 className="size-3.5 flex-none text-ink-3" aria-hidden />
			) : (
				<ChevronRight className={classNames('size-3.5 flex-none text-ink-2', isOpen && 'rotate-90')} aria-hidden />
			)}
			<code className="min-w-0 flex-1 truncate">{name}</code>
			{isOpen !== null && <span className="sr-only">folder</span>}
			{isOpen === null && runs === null && <span className="sr-only">not named in the manifest</span>}
			{count > 0 && (
				<span className="mono rounded-sm bg-fail-soft px-1.5 text-sm font-semibold text-fail">
					{count}
					<span className="sr-only"> {count === 1 ? 'finding' : 'findings'}</span>
				</span>
			)}
			{runs !== null && (
				<span className="mono w-7 flex-none text-right text-sm text-ink-3">
					<span className="sr-only">runs as number </span>
					{runs}
				</span>
			)}
		</div>
	);
});
