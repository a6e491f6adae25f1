import Link from 'next/link';
import { Notice } from '#components/ui/notice.tsx';
import type { RehearsalReport, SeenRehearsal } from '#lib/domain/rehearsed/rehearsal.ts';
import { rehearsalLines } from '#lib/domain/wording/rehearsal-words.ts';
import { sentence } from '#lib/domain/wording/sentence.ts';

const NOT_YET = {
	queued: 'A rehearsal was asked for and waits for a worker.',
	running: 'A rehearsal is under way.',
};

/** A rehearsal in a few lines, or why there are none; the report is one click away. */
export function RehearsalLines({ rehearsal, href }: { rehearsal: SeenRehearsal | null; href: string }) {
	const link = (
		<Link href={href} className="text-accent underline underline-offset-2">
			The whole report
		</Link>
	);
	if (rehearsal === null)
		return (
			<Notice tone="wait" title="This revision was not rehearsed">
				Nobody has seen yet what it does on a copy of this database.{' '}
				<Link href={href} className="text-accent underline underline-offset-2">
					Rehearse it
				</Link>
			</Notice>
		);
	if (rehearsal.status === 'queued' || rehearsal.status === 'running')
		return (
			<Notice tone="wait" title={NOT_YET[rehearsal.status]}>
				This page shows what it saw as soon as it has ended.
			</Notice>
		);
	if (rehearsal.status === 'failed' || !rehearsal.report)
		return (
			<Notice tone="fail" title="The rehearsal failed">
				{rehearsal.failure && sentence(rehearsal.failure.message)} {link}
			</Notice>
		);
	return (
		<div className="grid gap-2">
			<ReportLines report={rehearsal.report} />
			<p className="text-sm">{link}</p>
		</div>
	);
}

/** Sentences read from the left, each beside its name, or below it on a phone. */
export function ReportLines({ report }: { report: RehearsalReport }) {
	return (
		<dl className="panel grid gap-2.5 p-3.5">
			{rehearsalLines(report).map(({ about, words, isGrave }) => (
				<div key={about} className="grid gap-x-4 sm:grid-cols-[96px_minmax(0,1fr)]">
					<dt className="text-ink-2">{about}</dt>
					<dd className={`min-w-0 [overflow-wrap:anywhere] ${isGrave ? 'text-wait' : ''}`}>{words}</dd>
				</div>
			))}
		</dl>
	);
}
