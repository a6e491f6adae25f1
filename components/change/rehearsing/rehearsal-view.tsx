import type { ReactNode } from 'react';
import { FailureLink } from '#components/run/failure-link.tsx';
import { EmptyState } from '#components/ui/layout/empty-state.tsx';
import { Section } from '#components/ui/layout/panel.tsx';
import { Notice } from '#components/ui/notice.tsx';
import { Time } from '#components/ui/time/time.tsx';
import type { RehearsalPart } from '#lib/domain/rehearsed/parts.ts';
import type { RehearsalFailure, RehearsalReport, RehearsedBackup, SeenRehearsal } from '#lib/domain/rehearsed/rehearsal.ts';
import { backupWords } from '#lib/domain/wording/rehearsal-words.ts';
import { sentence } from '#lib/domain/wording/sentence.ts';
import { RehearsalProgress } from '../only-some-tabs.tsx';
import { CatalogTable } from './catalog-table.tsx';
import { PlanTable } from './plan-table.tsx';
import { ReportLines } from './rehearsal-lines.tsx';
import { CheckTable, LockTable, NoticeList, RowTable, StatementTable } from './rehearsal-tables.tsx';
import { RehearsalTag } from './rehearsal-tag.tsx';
import { VisibleTable } from './visible-table.tsx';

const PART_WORDS: Record<RehearsalPart, string> = {
	backup: 'taking a backup of the live database',
	restore: 'restoring it beside the live one',
	trial: 'trying the views',
	transaction: 'applying the change',
	'smoke tests': 'running the smoke tests',
	'restore again': 'restoring the backup again',
};

/** `ask` begins another one, and `stop` ends the one that is under way, where this person may. */
type Props = { rehearsal: SeenRehearsal | null; target: string; ask: ReactNode; stop: ReactNode };

/** The last rehearsal of a revision: how far it has come, or all that it saw. */
export function RehearsalView({ rehearsal, target, ask, stop }: Props) {
	if (!rehearsal)
		return (
			<EmptyState title="This revision was not rehearsed" action={ask}>
				A rehearsal restores a backup of {target} into a database of its own, applies these very statements there and shows what they did:
				the locks and how long they were held, the rows, what differs in the catalog, and every check. The live database is only read.
			</EmptyState>
		);
	const { status, report, failure } = rehearsal;
	return (
		<div className="grid grid-cols-[minmax(0,1fr)] gap-7">
			<div className="flex flex-wrap items-center gap-x-3 gap-y-2">
				<RehearsalTag status={status} />
				<span className="text-sm text-ink-2">
					{rehearsal.askedBy ? `asked for by ${rehearsal.askedBy}` : 'begun when it was filed'}{' '}
					<Time at={rehearsal.endedAt ?? rehearsal.askedAt} />
				</span>
				<div className="ml-auto">{rehearsal.endedAt ? ask : stop}</div>
			</div>
			{rehearsal.endedAt === null && rehearsal.stoppedBy && (
				<Notice tone="wait" title={`${rehearsal.stoppedBy} has asked it to stop`}>
					Its worker ends it within seconds and removes the copies.
				</Notice>
			)}
			{(rehearsal.endedAt === null || status === 'failed') && <RehearsalProgress parts={rehearsal.parts} />}
			{failure && <FailedAt failure={failure} />}
			{status === 'passed' && report && (
				<Section id="rehearsal-lines" title="In short">
					<ReportLines report={report} />
				</Section>
			)}
			{report?.backup && <BackupLine backup={report.backup} />}
			{report && <Report report={report} />}
			{rehearsal.hash && (
				<p className="text-sm text-ink-2 [overflow-wrap:anywhere]">
					SHA-256 of this report, as the record holds it: <code>{rehearsal.hash}</code>
				</p>
			)}
		</div>
	);
}

function FailedAt({ failure }: { failure: RehearsalFailure }) {
	const place = failure.file ? `${failure.file}${failure.line ? `, line ${failure.line}` : ''}` : null;
	return (
		<Notice tone="fail" title={`It failed ${PART_WORDS[failure.part]}${place ? `: ${place}` : ''}`}>
			<p>{sentence(failure.message)}</p>
			{failure.caret && (
				// biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
				<section aria-label="The line" tabIndex={0} className="my-2 overflow-x-auto rounded-md bg-sunken px-3 py-2">
					<pre>{failure.caret}</pre>
				</section>
			)}
			{failure.detail && <p>{failure.detail}</p>}
			<p>
				{failure.instead} <FailureLink code={failure.code} />
			</p>
		</Notice>
	);
}

/** Which backup it was, and why a new one was taken where one could have been used again. */
function BackupLine({ backup }: { backup: RehearsedBackup }) {
	return (
		<p className="text-sm text-ink-2 [overflow-wrap:anywhere]">
			It restored {sentence(backupWords(backup))} {backup.takenBecause && `It was taken for this rehearsal: ${backup.takenBecause}`}
		</p>
	);
}

function Report({ report }: { report: RehearsalReport }) {
	return (
		<>
			<VisibleTable visible={report.visible} more={report.left.visible} />
			<PlanTable plans={report.plans} />
			<LockTable locks={report.locks} more={report.left.locks} />
			<StatementTable statements={report.statements} more={report.left.statements} />
			<CheckTable checks={report.checks} />
			<CatalogTable catalog={report.catalog} more={report.left.catalog} />
			<RowTable rows={report.rows} more={report.left.rows} />
			<NoticeList notices={report.notices} more={report.left.notices} />
		</>
	);
}
