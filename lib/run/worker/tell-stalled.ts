import type { RunStatus, Truth } from '#lib/domain/run.ts';
import { sentence } from '#lib/domain/wording/sentence.ts';
import { appendRecord } from '#lib/record/append-record.ts';
import { LEASE_MS } from '#lib/run/owner/lease.ts';
import { SUBJECT_OF_RUN, subjectOfRun } from '#lib/run/owner/run-subject.ts';
import { failureOf } from '#lib/run/owner/step.ts';
import type { Store } from '#lib/store/client.ts';

/**
 * No worker could continue a run that is not over: says so on its page and in the record, and so to whoever is told of it. Once per
 * reason, however often it is tried.
 */
export async function tellStalled({ store, runId, error }: { store: Store; runId: string; error: Error }): Promise<void> {
	const { message: why } = failureOf(error);
	const message = `No worker can continue this run: ${sentence(why)} Workers try again every minute.`;
	await store.$transaction(async (tx) => {
		await tx.$queryRaw`select 1 from run where id = ${runId}::uuid for update`;
		const told = await tx.$queryRaw<unknown[]>`
			select 1 from journal_entry where run_id = ${runId}::uuid and phase = 'notice' and data->>'message' = ${message}`;
		const row = await tx.run.findUniqueOrThrow({ where: { id: runId }, include: SUBJECT_OF_RUN });
		const isOrphaned = row.ownerSeenAt === null || Date.now() - row.ownerSeenAt.getTime() > LEASE_MS;
		// A live owner writes the journal and continues the run.
		if (told.length > 0 || !isOrphaned || !['queued', 'running', 'restoring'].includes(row.status)) return;
		const { _max } = await tx.journalEntry.aggregate({ where: { runId }, _max: { seq: true } });
		const step = stepOf({ status: row.status as RunStatus, truth: row.truth as Truth });
		const data = { severity: 'ERROR', message };
		await tx.journalEntry.create({ data: { runId, seq: (_max.seq ?? 0) + 1, at: new Date(), step, phase: 'notice', data } });
		await appendRecord(tx, { kind: 'run.stalled', actor: { id: null, name: 'system' }, subject: subjectOfRun(row), data: { why } });
	});
}

function stepOf({ status, truth }: { status: RunStatus; truth: Truth }) {
	if (status === 'restoring') return 'restore';
	if (truth.kind === 'committed') return 'smoke tests';
	return truth.kind === 'checking' ? 'transaction' : 'claim';
}
