import { createHash } from 'node:crypto';
import { canonicalBytes } from '#lib/domain/canonical-json.ts';
import { changeName } from '#lib/domain/change.ts';
import type { RecordSubject } from '#lib/domain/record.ts';
import type { RehearsalFailure, RehearsalReport } from '#lib/domain/rehearsed/rehearsal.ts';
import { log } from '#lib/log.ts';
import { appendRecord } from '#lib/record/append-record.ts';
import { failureOf } from '#lib/run/owner/step.ts';
import type { Store } from '#lib/store/client.ts';
import { emptyReport } from './open-rehearsal.ts';
import { updateOwnRehearsal } from './own-rehearsal.ts';

type Ending = {
	id: string;
	fence: number;
	subject: RecordSubject;
	report: RehearsalReport;
	/** Null: it has passed. */
	failure: RehearsalFailure | null;
};

/** Stores how a rehearsal ended, with its report and the entry of the record that holds the report's hash. It never changes afterwards. */
export async function endRehearsal(store: Store, { id, fence, subject, report, failure }: Ending): Promise<void> {
	const hash = createHash('sha256').update(canonicalBytes(report)).digest('hex');
	await store.$transaction(async (tx) => {
		await updateOwnRehearsal(
			tx,
			{ id, fence },
			{
				status: failure ? 'failed' : 'passed',
				endedAt: new Date(),
				ownerSeenAt: null,
				part: null,
				report,
				reportHash: hash,
				...(failure ? { failure } : {}),
			},
		);
		await appendRecord(tx, {
			kind: failure ? 'rehearsal.failed' : 'rehearsal.passed',
			actor: { id: null, name: 'system' },
			subject,
			data: { rehearsal: id, digest: report.digest, report: hash, ...(failure ? { failure } : {}) },
		});
	});
	log.info({ rehearsal: id, target: subject.target, change: subject.change, failed: failure?.code }, 'a rehearsal has ended');
}

/** One that cannot even be read, because its target was taken out of the file: else workers would take it again for ever. */
export async function endUnopened(store: Store, { id, fence, error }: { id: string; fence: number; error: Error }): Promise<void> {
	log.error({ rehearsal: id, error }, 'a rehearsal could not be opened');
	const { digest, target, changeId, revision } = await store.rehearsal.findUniqueOrThrow({
		where: { id },
		select: { digest: true, target: true, changeId: true, revision: { select: { number: true, change: { select: { number: true } } } } },
	});
	const subject = { change: changeName(revision.change.number), changeId, revision: revision.number, target };
	await endRehearsal(store, {
		id,
		fence,
		subject,
		report: emptyReport({ digest, target }),
		failure: { ...failureOf(error), part: 'backup' },
	});
}
