'use client';

import { ArrowDown, Pause, Play } from 'lucide-react';
import { Fragment, type ReactNode, useDeferredValue, useMemo, useRef, useState } from 'react';
import { Button } from '#components/ui/form/button.tsx';
import { countWords } from '#lib/domain/wording/count-words.ts';
import { LogLineRow } from './log-line.tsx';
import { filterLines, type LogFilter, type LogLine } from './log-lines.ts';
import { BLOCK, useLogWindow } from './use-log-window.ts';

const ONLY: { value: LogFilter['only']; title: string }[] = [
	{ value: 'all', title: 'All' },
	{ value: 'statements', title: 'Statements' },
	{ value: 'notices', title: 'Notices' },
	{ value: 'problems', title: 'Problems' },
];

type RunLogProps = {
	lines: readonly LogLine[];
	/** All lines from this row on are loaded; before it only those of the steps. */
	from: number;
	/** The row of the statement that is running. */
	currentSeq: number | null;
	/** Where the whole log is as plain text. */
	textHref: string;
	/** Loads earlier lines; resolves when they are loaded, or throws. */
	loadEarlier: () => Promise<void>;
};

/** The live log. It follows its end unless the reader scrolls up; while paused, it counts new lines and does not show them. */
export function RunLog({ lines, from, currentSeq, textHref, loadEarlier }: RunLogProps) {
	const [filter, setFilter] = useState<LogFilter>({ only: 'all', text: '' });
	const [pausedAt, setPausedAt] = useState<number | null>(null);
	const scroller = useRef<HTMLElement>(null);
	const wanted = useDeferredValue(filter);

	const visible = useMemo(
		() => filterLines(pausedAt === null ? lines : lines.filter((line) => line.seq <= pausedAt), wanted),
		[lines, pausedAt, wanted],
	);
	const held = pausedAt === null ? 0 : lines.filter((line) => line.seq > pausedAt).length;
	const shown = useLogWindow(scroller, { lines: visible, chosenBy: `${wanted.only} ${wanted.text}` });
	const later = visible.length - shown.end;

	return (
		<section aria-labelledby="log" className="panel flex h-full min-h-0 flex-col overflow-hidden">
			<div className="flex flex-wrap items-center gap-2 border-b border-line py-2 pr-2 pl-3.5">
				<h2 id="log" className="mr-auto font-medium max-sm:w-full">
					Log <span className="ml-1 text-sm font-normal text-ink-3">{countWords(visible.length, 'line')}</span>
				</h2>
				<LogFilters filter={filter} onChange={setFilter} />
				<Button
					size="small"
					data-print="hide"
					className="min-w-[92px]"
					aria-pressed={pausedAt !== null}
					onClick={() => setPausedAt(pausedAt === null ? (lines.at(-1)?.seq ?? 0) : null)}
				>
					{pausedAt === null ? <Pause className="size-3.5" aria-hidden /> : <Play className="size-3.5" aria-hidden />}
					{pausedAt === null ? 'Pause' : `Resume${held > 0 ? ` · ${held.toLocaleString('en')}` : ''}`}
				</Button>
			</div>
			<div className="relative min-h-0 flex-1">
				<section
					ref={scroller}
					onScroll={shown.onScroll}
					// biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
					tabIndex={0}
					aria-label="Log lines"
					className="relative h-full overflow-y-auto -outline-offset-2 py-2 mono leading-[1.75] [overflow-anchor:none]"
				>
					<Lines page={visible.slice(shown.start, shown.end)} from={from} currentSeq={currentSeq} loadEarlier={loadEarlier}>
						{shown.start > 0 && <EarlierShown count={shown.start} textHref={textHref} onShow={shown.showEarlier} />}
						{shown.above > 0 && (
							<li aria-hidden data-print="hide">
								<svg width="1" height={shown.above} className="block" />
							</li>
						)}
					</Lines>
					{later > 0 && (
						<p className="px-3.5 pt-1">
							<Button size="small" onClick={shown.showLater}>
								{`Show ${Math.min(BLOCK, later)} of ${later.toLocaleString('en')} later lines`}
							</Button>
						</p>
					)}
					{visible.length === 0 && (
						<p className="px-3.5 font-sans text-ink-2">
							{lines.length === 0 ? 'Statements, notices and checks appear here as they happen.' : 'No line matches the filter.'}
						</p>
					)}
				</section>
				{!shown.follows && (
					<Button size="small" data-print="hide" className="absolute right-4 bottom-3" onClick={shown.follow}>
						<ArrowDown className="size-3.5" aria-hidden />
						Follow
					</Button>
				)}
			</div>
			{pausedAt !== null && (
				<p role="status" className="border-t border-line bg-wait-soft px-3.5 py-1.5 text-sm text-wait">
					{`Paused. ${countWords(held, 'new line')} not shown yet. The run continues.`}
				</p>
			)}
		</section>
	);
}

/** What is not on the page cannot be found in it by the browser. */
function EarlierShown({ count, textHref, onShow }: { count: number; textHref: string; onShow: () => void }) {
	return (
		<li className="flex flex-wrap items-center gap-x-3 px-3.5 pb-1">
			<Button size="small" onClick={onShow}>
				{`Show ${Math.min(BLOCK, count)} of ${count.toLocaleString('en')} earlier lines`}
			</Button>
			<span className="font-sans text-sm text-ink-2">
				<span className="print:hidden">
					Find in page sees only the lines shown. Filter searches all that are loaded.{' '}
					<a href={textHref} className="text-accent underline">
						The whole log as text
					</a>
				</span>
				<span className="hidden print:inline">
					{countWords(count, 'earlier line')} not printed. The whole log is at {textHref}
				</span>
			</span>
		</li>
	);
}

function LogFilters({ filter, onChange }: { filter: LogFilter; onChange: (filter: LogFilter) => void }) {
	return (
		<>
			<fieldset data-print="hide" className="flex rounded-md border border-line bg-sunken p-px max-sm:w-full max-sm:*:flex-1">
				<legend className="sr-only">Show in the log</legend>
				{ONLY.map(({ value, title }) => (
					<label
						key={value}
						className="grid h-6 place-items-center rounded-[5px] border border-transparent px-2 text-sm text-ink-2 hover:text-ink has-checked:border-line has-checked:bg-panel has-checked:text-ink has-focus-visible:outline-2 has-focus-visible:outline-accent"
					>
						<input
							type="radio"
							name="log-only"
							className="sr-only"
							checked={filter.only === value}
							onChange={() => onChange({ ...filter, only: value })}
						/>
						{title}
					</label>
				))}
			</fieldset>
			<input
				type="search"
				aria-label="Filter the log"
				placeholder="Filter"
				value={filter.text}
				onChange={(event) => onChange({ ...filter, text: event.target.value })}
				data-print="hide"
				className="h-7 w-36 lg:max-2xl:w-20 rounded-md border border-field-line bg-panel px-2 text-sm max-sm:w-0 max-sm:flex-1 max-sm:text-[16px]"
			/>
		</>
	);
}

type LinesProps = { page: readonly LogLine[]; children: ReactNode } & Pick<RunLogProps, 'from' | 'currentSeq' | 'loadEarlier'>;

/**
 * Lines under headings: a file of the bundle, or a step. Where lines are not loaded, a button says so. `children` stands for the lines before: within
 * the list, so that its beginning stays where it is when lines leave.
 */
function Lines({ page, from, currentSeq, loadEarlier, children }: LinesProps) {
	const gapAt = from > 1 ? page.findIndex((line) => line.seq >= from) : -1;
	return (
		<ul>
			{children}
			{page.map((line, index) => (
				<Fragment key={line.seq}>
					{index === gapAt && <EarlierLines loadEarlier={loadEarlier} />}
					{needsHeading(line, index === gapAt ? undefined : page[index - 1]) && (
						<li className="mt-1.5 px-3.5 pl-[116px] font-semibold text-ink-2 [overflow-wrap:anywhere] first:mt-0 max-sm:pl-3.5">
							{line.group}
						</li>
					)}
					<LogLineRow line={line} current={line.seq === currentSeq} />
				</Fragment>
			))}
		</ul>
	);
}

/** A step's own line already names it. */
function needsHeading(line: LogLine, before: LogLine | undefined): boolean {
	return line.kind !== 'step' && before?.group !== line.group;
}

function EarlierLines({ loadEarlier }: Pick<RunLogProps, 'loadEarlier'>) {
	const [state, setState] = useState<'ready' | 'loading' | 'failed'>('ready');
	async function load() {
		setState('loading');
		try {
			await loadEarlier();
			setState('ready');
		} catch {
			// The lines are still in the journal; the button says that loading failed.
			setState('failed');
		}
	}
	return (
		<li className="flex items-center gap-3 px-3.5 py-1.5 pl-[116px] font-sans max-sm:pl-3.5">
			<Button size="small" onClick={load} aria-disabled={state === 'loading' || undefined}>
				Load earlier lines
			</Button>
			<span className="text-ink-2" role="status">
				{state === 'loading' && 'Loading…'}
				{state === 'failed' && 'The console did not answer. Try again.'}
			</span>
		</li>
	);
}
