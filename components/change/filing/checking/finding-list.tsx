import type { ReactNode } from 'react';
import { CheckBox } from '#components/ui/form/check-box.tsx';
import { Tag } from '#components/ui/tag.tsx';
import { type Finding, findingName, type Severity } from '#lib/domain/bundle/finding.ts';

/** An excerpt has at most this many characters before the place (lib/domain/finding.ts). */
const BEFORE_PLACE = 100;
/** More than anybody corrects before the next check. */
const MOST_SHOWN = 100;

type Look = { ink: string; tag: ReactNode };
const LOOK: Record<Severity, Look> = {
	blocks: { ink: 'text-fail', tag: null },
	accept: { ink: 'text-ink', tag: <Tag tone="wait">Must be accepted</Tag> },
	note: { ink: 'text-ink', tag: <Tag>Note</Tag> },
};
const FILED: Look = { ink: 'text-ink', tag: <Tag tone="wait">Accepted by the requester</Tag> };

/** What the requester accepts by name. */
export type Accepting = { accepted: readonly string[]; onAccept: (name: string, isAccepted: boolean) => void };

type Listed = {
	findings: Finding[];
	/** Before a file's name, where a page has several lists of one file or its SQL besides: "Notes on". */
	label?: string;
	accepting?: Accepting;
	onGo?: (finding: Finding) => void;
};

/**
 * Everything that is said about a bundle, by file: where, how serious, the line with a caret, what it is, what to do instead. With
 * `accepting`, what must be accepted has a box for it; without, it was accepted when the bundle was filed.
 * With `onGo` each leads to its place, and of very many the first are shown.
 */
export function FindingList({ findings, label, accepting, onGo }: Listed) {
	const shown = onGo ? findings.filter(({ severity }, index) => index < MOST_SHOWN || severity === 'accept') : findings;
	const files = [...new Set(shown.map((finding) => finding.file))];
	return (
		<div className="grid grid-cols-1 gap-4">
			{files.map((file) => (
				<section key={file ?? ''} aria-label={[label, file ?? 'The bundle as a whole'].filter(Boolean).join(' ')}>
					<p className="mb-1.5 font-medium [overflow-wrap:anywhere]">{file === null ? 'The bundle as a whole' : <code>{file}</code>}</p>
					<ul className="panel divide-y divide-line">
						{shown
							.filter((finding) => finding.file === file)
							.map((finding) => (
								<OneFinding key={`${findingName(finding)} ${finding.message}`} finding={finding} accepting={accepting} onGo={onGo} />
							))}
					</ul>
				</section>
			))}
			{findings.length > shown.length && (
				<p className="text-sm text-ink-2">and {findings.length - shown.length} more, which show as these are corrected</p>
			)}
		</div>
	);
}

function OneFinding({ finding, accepting, onGo }: { finding: Finding } & Pick<Listed, 'accepting' | 'onGo'>) {
	const { code, severity, file, line, column, message, instead, excerpt } = finding;
	const { ink, tag } = severity === 'accept' && !accepting ? FILED : LOOK[severity];
	const name = findingName(finding);
	const words = (
		<>
			{line !== null && <span className="mono mr-2 text-ink-2">{column === null ? line : `${line}:${column}`}</span>}
			{tag} {message}
		</>
	);
	return (
		<li className="grid gap-1.5 px-3.5 py-2.5 [overflow-wrap:anywhere]">
			{file === null || !onGo ? (
				<p className={`font-medium ${ink}`}>{words}</p>
			) : (
				<button
					type="button"
					onClick={() => onGo(finding)}
					className={`justify-self-start rounded-sm text-left font-medium hover:underline max-sm:py-1.5 ${ink}`}
				>
					{words}
				</button>
			)}
			{excerpt !== null && <Excerpt text={excerpt} column={column} />}
			<p className="prose">
				<span className="text-ink-2">Instead: </span>
				{instead} <code className="text-ink-3">{code}</code>
			</p>
			{severity === 'accept' && accepting && (
				<CheckBox
					id={`accept ${name}`.replaceAll(/[^a-zA-Z0-9]/g, '-')}
					checked={accepting.accepted.includes(name)}
					onChange={(event) => accepting.onAccept(name, event.target.checked)}
					label={
						<>
							I accept <code>{name}</code>
						</>
					}
				/>
			)}
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
