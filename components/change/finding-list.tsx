import type { Finding } from '#lib/domain/finding.ts';

/** An excerpt is cut so that at most this many characters stand before the place (lib/domain/finding.ts). */
const BEFORE_PLACE = 100;

/** What is wrong with a bundle, all of it, by file: where, the line with a caret, what it is, what to do instead. */
export function FindingList({ findings }: { findings: Finding[] }) {
	const files = [...new Set(findings.map((finding) => finding.file))];
	return (
		<div className="grid gap-4">
			{files.map((file) => (
				<section key={file ?? ''} aria-label={file ?? 'The bundle as a whole'}>
					<h2 className="mb-1.5 font-medium [overflow-wrap:anywhere]">{file === null ? 'The bundle as a whole' : <code>{file}</code>}</h2>
					<ul className="panel divide-y divide-line">
						{findings
							.filter((finding) => finding.file === file)
							.map((finding) => (
								<OneFinding key={`${finding.line}:${finding.column}:${finding.code}:${finding.message}`} finding={finding} />
							))}
					</ul>
				</section>
			))}
		</div>
	);
}

function OneFinding({ finding }: { finding: Finding }) {
	const { line, column, message, instead, excerpt } = finding;
	return (
		<li className="grid gap-1.5 px-3.5 py-2.5 [overflow-wrap:anywhere]">
			<p className="font-medium text-fail">
				{line !== null && <span className="mono mr-2 text-ink-2">{column === null ? line : `${line}:${column}`}</span>}
				{message}
			</p>
			{excerpt !== null && <Excerpt text={excerpt} column={column} />}
			<p className="prose">
				<span className="text-ink-2">Instead: </span>
				{instead}
			</p>
		</li>
	);
}

function Excerpt({ text, column }: { text: string; column: number | null }) {
	const shown = text.replaceAll('\t', ' ');
	const caret = column === null ? '' : `\n${' '.repeat(Math.min(column - 1, BEFORE_PLACE))}^`;
	return (
		// biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
		<pre tabIndex={0} className="overflow-x-auto rounded-md bg-sunken px-3 py-1.5 leading-[1.5]">
			{shown}
			<span className="font-semibold text-fail">{caret}</span>
		</pre>
	);
}
