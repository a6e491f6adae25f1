import Link from 'next/link';
import { Fragment, type ReactNode } from 'react';
import { Copyable } from '#components/ui/copyable.tsx';
import { Tag } from '#components/ui/tag.tsx';
import { countWords } from '#lib/domain/wording/count-words.ts';
import { formatBytes } from '#lib/domain/wording/format-bytes.ts';

type Kind = 'keyword' | 'string' | 'number' | 'comment' | 'type';
type Piece = { text: string; kind: Kind | null; hidden: string | null };
type Shown = {
	path: string;
	phase: string;
	bytes: number;
	sha256: string;
	isCrlf: boolean;
	lineCount: number;
	page: number;
	pages: number;
	firstLine: number;
	lines: { number: number; pieces: Piece[] }[];
};

/** It scrolls sideways by itself; what is below a line is as wide as the box. */
const CODE_BOX = '@container overflow-x-auto py-2 mono leading-[1.7] -outline-offset-2';
const INK: Record<Kind, string> = {
	keyword: 'text-accent',
	string: 'text-done',
	number: 'text-unknown',
	comment: 'text-ink-3',
	type: 'text-wait',
};

/** What stands beside the lines: the form that picks one by its number, if this person may, and what is below each. */
type Beside = { picker: { id: string; form: ReactNode } | null; below: (line: number) => ReactNode };

/** The files of a revision as a tree by phase, and one of them with line numbers and colours. `hrefOf` is where a file is shown. */
export function SqlView({
	files,
	shown,
	hrefOf,
	wholeHref,
	beside,
}: {
	files: { path: string; phase: string }[];
	shown: Shown;
	hrefOf: (path: string, page: number) => string;
	/** Where the whole file is as plain text. */
	wholeHref: string;
	beside: Beside;
}) {
	return (
		<div className="panel grid min-w-0 sm:grid-cols-[290px_minmax(0,1fr)]">
			<FileTree files={files} current={shown.path} hrefOf={hrefOf} />
			<section aria-label={shown.path} className="min-w-0">
				<header className="flex flex-wrap items-center gap-x-3 gap-y-1.5 border-b border-line px-3.5 py-2">
					<h2 className="mono min-w-0 font-semibold [overflow-wrap:anywhere]">{shown.path}</h2>
					<span className="text-sm text-ink-2">
						{countWords(shown.lineCount, 'line')} · {formatBytes(shown.bytes)}
					</span>
					{shown.isCrlf && <Tag>CRLF</Tag>}
					<Copyable value={shown.sha256} shown={`sha256 ${shown.sha256.slice(0, 8)}`} label={`SHA-256 of ${shown.path}`} />
					{beside.picker?.form}
				</header>
				{shown.pages > 1 && <Pages shown={shown} hrefOf={hrefOf} wholeHref={wholeHref} />}
				{/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
				<section tabIndex={0} aria-label={`SQL of ${shown.path}`} className={CODE_BOX}>
					<table className="border-collapse">
						<tbody>
							{shown.lines.map((line) => (
								<SqlLine key={line.number} {...line} picker={beside.picker?.id} below={beside.below(line.number)} />
							))}
						</tbody>
					</table>
				</section>
				{shown.pages > 1 && <Pages shown={shown} hrefOf={hrefOf} wholeHref={wholeHref} />}
			</section>
		</div>
	);
}

function SqlLine({ number, pieces, picker, below }: { number: number; pieces: Piece[]; picker: string | undefined; below: ReactNode }) {
	return (
		<>
			<tr id={`L${number}`} className="target:bg-accent-soft">
				<th scope="row" className="w-[1%] select-none px-1.5 text-right align-top font-normal whitespace-nowrap text-ink-3">
					{picker ? (
						// Not one stop of the keyboard a line: the form above takes a number.
						<button
							type="submit"
							form={picker}
							name="line"
							value={number}
							formNoValidate
							tabIndex={-1}
							title={`Comment on line ${number}`}
							className="w-full cursor-pointer rounded-sm px-2 text-right hover:bg-accent-soft hover:text-accent"
						>
							{number}
						</button>
					) : (
						<span className="px-2">{number}</span>
					)}
				</th>
				<td className="pr-3.5 whitespace-pre max-sm:whitespace-pre-wrap max-sm:[overflow-wrap:anywhere]">
					<Pieces pieces={pieces} />
				</td>
			</tr>
			{below && (
				<tr>
					<td colSpan={2} className="p-0">
						{/* As wide as what is seen of the table, wherever that is scrolled to. */}
						<div className="sticky left-0 grid w-[100cqw] gap-2 px-3.5 py-2 font-sans leading-normal">{below}</div>
					</td>
				</tr>
			)}
		</>
	);
}

/** A line of SQL in colours. What cannot be seen is shown by its code. */
export function Pieces({ pieces }: { pieces: Piece[] }) {
	return pieces.map((piece, index) =>
		piece.hidden ? (
			// biome-ignore lint/suspicious/noArrayIndexKey: the pieces of a signed file never move
			<mark key={index} title={piece.hidden} className="mx-px rounded-sm bg-fail-soft px-1 text-xs font-semibold text-fail">
				{piece.text}
				<span className="sr-only"> ({piece.hidden})</span>
			</mark>
		) : (
			// biome-ignore lint/suspicious/noArrayIndexKey: the pieces of a signed file never move
			<Fragment key={index}>{piece.kind ? <span className={INK[piece.kind]}>{piece.text}</span> : piece.text}</Fragment>
		),
	);
}

function FileTree({
	files,
	current,
	hrefOf,
}: {
	files: { path: string; phase: string }[];
	current: string;
	hrefOf: (path: string, page: number) => string;
}) {
	const phases = [...new Set(files.map((file) => file.phase))];
	return (
		<nav aria-label="Files" data-print="hide" className="border-line p-2 text-sm max-sm:border-b sm:border-r">
			{phases.map((phase) => (
				<div key={phase}>
					<p className="px-2 pt-1.5 pb-0.5 text-ink-3">{phase}</p>
					<ul>
						{files
							.filter((file) => file.phase === phase)
							.map((file) => (
								<li key={file.path}>
									<Link
										href={hrefOf(file.path, 1)}
										scroll={false}
										prefetch={false}
										title={file.path}
										aria-current={file.path === current ? 'page' : undefined}
										className="block rounded-md px-2 py-1 text-ink-2 [overflow-wrap:anywhere] hover:text-ink aria-[current]:bg-sunken aria-[current]:text-ink max-sm:py-2"
									>
										{brokenAtSlashes(file.path)}
									</Link>
								</li>
							))}
					</ul>
				</div>
			))}
		</nav>
	);
}

type PagesProps = { shown: Shown; hrefOf: (path: string, page: number) => string; wholeHref: string };

/** Find in page finds only what is on the page, and a printer prints only that: the whole file is one press away. */
function Pages({ shown, hrefOf, wholeHref }: PagesProps) {
	const last = shown.firstLine + shown.lines.length - 1;
	return (
		<nav
			aria-label="Pages of the file"
			className="flex flex-wrap items-center gap-3 border-y border-line px-3.5 py-1.5 text-sm first:border-t-0"
		>
			<span className="text-ink-2">
				Lines {shown.firstLine.toLocaleString('en')}–{last.toLocaleString('en')} of {shown.lineCount.toLocaleString('en')}
			</span>
			{shown.page > 1 && (
				<Link href={hrefOf(shown.path, shown.page - 1)} className="text-accent hover:underline">
					Earlier lines
				</Link>
			)}
			{shown.page < shown.pages && (
				<Link href={hrefOf(shown.path, shown.page + 1)} className="text-accent hover:underline">
					Later lines
				</Link>
			)}
			<span className="text-ink-2">
				Find in page searches only these lines.{' '}
				<a href={wholeHref} className="text-accent underline">
					The whole file as text
				</a>
			</span>
		</nav>
	);
}

/** Lets a path break after a slash, not inside a name. */
function brokenAtSlashes(path: string): ReactNode {
	return path.split(/(?<=\/)/).map((part, index) => (
		// biome-ignore lint/suspicious/noArrayIndexKey: the parts of a path never move
		<Fragment key={index}>
			{part}
			<wbr />
		</Fragment>
	));
}
