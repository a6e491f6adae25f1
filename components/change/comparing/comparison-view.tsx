import { Minus, Pencil, Plus } from 'lucide-react';
import Link from 'next/link';
import { classNames } from '#components/ui/class-names.ts';
import { Notice } from '#components/ui/notice.tsx';
import type { ComparedFile, FileState } from '#lib/domain/bundle/compare-files.ts';
import { countWords } from '#lib/domain/wording/count-words.ts';
import { formatBytes } from '#lib/domain/wording/format-bytes.ts';
import { FileDiff } from '../only-some-tabs.tsx';
import type { ComparePlace, CompareView } from './compare-href.ts';

type Shown = ComparedFile & { bytes: number; isTooLarge: boolean; texts: { before: string; after: string } | null };
type Comparison = { revision: number; from: number; files: ComparedFile[]; shown: Shown };
type Props = {
	comparison: Comparison;
	view: CompareView;
	/** The address of a comparison, to be shared; and of a file as it is stored. */
	hrefOf: (place: ComparePlace) => string;
	rawHref: (revision: number, path: string) => string;
};

const LOOK = {
	added: { icon: Plus, ink: 'text-done', word: 'Added' },
	changed: { icon: Pencil, ink: 'text-wait', word: 'Changed' },
	removed: { icon: Minus, ink: 'text-fail', word: 'Removed' },
};
const PILL =
	'inline-flex h-7 items-center rounded-md border border-line-strong bg-panel px-2.5 text-sm text-ink-2 hover:text-ink aria-[current]:border-accent aria-[current]:bg-accent-soft aria-[current]:font-medium aria-[current]:text-ink max-sm:h-11 max-sm:px-3.5';

/** The current revision beside an earlier one: which files differ, and one of them line by line. */
export function ComparisonView({ comparison, view, hrefOf, rawHref }: Props) {
	const { revision, from, files, shown } = comparison;
	return (
		<div className="grid gap-4">
			<div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2.5">
				<nav aria-label="Revision to compare with" className="flex flex-wrap items-center gap-1.5">
					<span className="text-ink-2">Revision {revision} compared with</span>
					{Array.from({ length: revision - 1 }, (_, index) => revision - 1 - index).map((number) => (
						<Link
							key={number}
							href={hrefOf({ from: number, file: shown.path, view })}
							scroll={false}
							prefetch={false}
							aria-current={number === from ? 'page' : undefined}
							className={PILL}
						>
							Revision {number}
						</Link>
					))}
				</nav>
				<nav aria-label="How to show it" className="flex gap-1.5 max-lg:hidden">
					{(['side', 'inline'] as const).map((one) => (
						<Link
							key={one}
							href={hrefOf({ from, file: shown.path, view: one })}
							scroll={false}
							prefetch={false}
							aria-current={one === view ? 'page' : undefined}
							className={PILL}
						>
							{one === 'side' ? 'Side by side' : 'Inline'}
						</Link>
					))}
				</nav>
			</div>
			<FileList files={files} shown={shown.path} hrefOf={(file) => hrefOf({ from, file, view })} />
			<section aria-labelledby="compared" className="panel min-w-0 overflow-hidden">
				<header className="flex flex-wrap items-center gap-x-3 gap-y-1.5 border-b border-line px-3.5 py-2">
					<h2 id="compared" className="mono min-w-0 font-semibold [overflow-wrap:anywhere]">
						{shown.path}
					</h2>
					<span className="text-sm text-ink-2">{stateWords(shown.state, comparison)}</span>
					<RawLinks comparison={comparison} rawHref={rawHref} />
				</header>
				<Compared comparison={comparison} view={view} />
			</section>
		</div>
	);
}

function Compared({ comparison: { shown, from, revision }, view }: { comparison: Comparison; view: CompareView }) {
	if (shown.isTooLarge)
		return (
			<div className="p-3.5">
				<Notice tone="wait" title={`This file is too large to compare here: ${formatBytes(shown.bytes)}`}>
					Open both texts, linked above, and compare them with a program of your own.
				</Notice>
			</div>
		);
	if (!shown.texts) return <p className="px-3.5 py-3 text-ink-2">The same bytes in both revisions.</p>;
	return <FileDiff key={`${from} ${shown.path}`} path={shown.path} {...shown.texts} from={from} revision={revision} view={view} />;
}

function FileList({ files, shown, hrefOf }: { files: ComparedFile[]; shown: string; hrefOf: (path: string) => string }) {
	const differing = files.filter(({ state }) => state !== 'unchanged');
	const same = files.filter(({ state }) => state === 'unchanged');
	const rows = (list: ComparedFile[]) =>
		list.map((file) => <FileRow key={file.path} file={file} isShown={file.path === shown} href={hrefOf(file.path)} />);
	return (
		<nav aria-label="Files compared">
			<p className="mb-1.5 text-sm text-ink-2">{totalWords(files)}</p>
			<div className="panel overflow-hidden">
				{differing.length > 0 ? (
					<ul className="max-h-[340px] divide-y divide-line overflow-y-auto">{rows(differing)}</ul>
				) : (
					<p className="px-3.5 py-2">No file differs, nor the manifest.</p>
				)}
				{same.length > 0 && (
					<details className="border-t border-line" open={same.some(({ path }) => path === shown) || undefined}>
						<summary className="px-3.5 py-2 text-sm text-ink-2 -outline-offset-2 max-sm:py-3">
							{countWords(same.length, 'unchanged file')}
						</summary>
						<ul className="max-h-[340px] divide-y divide-line overflow-y-auto border-t border-line">{rows(same)}</ul>
					</details>
				)}
			</div>
		</nav>
	);
}

function FileRow({ file: { path, state }, isShown, href }: { file: ComparedFile; isShown: boolean; href: string }) {
	const look = state === 'unchanged' ? null : LOOK[state];
	return (
		<li>
			<Link
				href={href}
				scroll={false}
				prefetch={false}
				aria-current={isShown ? 'page' : undefined}
				className="grid grid-cols-[16px_minmax(0,1fr)_auto] items-center gap-x-2.5 px-3.5 py-2 -outline-offset-2 hover:bg-sunken aria-[current]:bg-accent-soft max-sm:py-3"
			>
				{look ? <look.icon className={classNames('size-3.5', look.ink)} strokeWidth={2.25} aria-hidden /> : <span />}
				<code className="min-w-0 [overflow-wrap:anywhere]">{path}</code>
				<span className="text-sm text-ink-2">{look?.word ?? 'Unchanged'}</span>
			</Link>
		</li>
	);
}

function RawLinks({ comparison: { shown, from, revision }, rawHref }: Pick<Props, 'comparison' | 'rawHref'>) {
	const isIn = { [from]: shown.state !== 'added', [revision]: shown.state !== 'removed' };
	return (
		<span className="flex flex-wrap gap-x-3 text-sm sm:ml-auto">
			{[from, revision]
				.filter((number) => isIn[number])
				.map((number) => (
					<a key={number} href={rawHref(number, shown.path)} className="text-accent hover:underline max-sm:py-2">
						Text in revision {number}
					</a>
				))}
		</span>
	);
}

function stateWords(state: FileState, { from, revision }: Comparison): string {
	if (state === 'added') return `Added since revision ${from}`;
	if (state === 'removed') return `Removed since revision ${from}`;
	return state === 'changed' ? `Revision ${from} → ${revision}` : 'Unchanged';
}

function totalWords(files: ComparedFile[]): string {
	const count = (state: FileState) => files.filter((file) => file.state === state).length;
	return (['added', 'removed', 'changed', 'unchanged'] as const).map((state) => `${count(state)} ${state}`).join(' · ');
}
