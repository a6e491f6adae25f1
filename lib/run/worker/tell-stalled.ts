import { sendAlert } from '#lib/application/send-alert.ts';
import type { RunStatus, Truth } from '#lib/domain/run.ts';
import { sentence } from '#lib/domain/sentence.ts';
import { appendRecord } from '#lib/record/append-record.ts';
import { LEASE_MS } from '#lib/run/owner/own-run.ts';
import { SUBJECT_OF_RUN, subjectOfRun } from '#lib/run/owner/run-subject.ts';
import { failureOf } from '#lib/run/owner/step.ts';
import type { Store } from '#lib/store/client.ts';
import type { Targets } from '#lib/targets/load-targets.ts';

/**
 * Nobody could go on with a run, and it is not over: that is said on its page, in the record, and as an alert where the target is still
 * known. Once for each reason, however often it is tried.
 */
export async function tellStalled({ store, targets, runId, error }: { store: Store; targets: Targets; runId: string; error: Error }) {
	const { message: why } = failureOf(error);
	const message = `No worker can go on with this run: ${sentence(why)} It is tried again every minute.`;
	const run = await store.$transaction(async (tx) => {
		await tx.$queryRaw`select 1 from run where id = ${runId}::uuid for update`;
		const told = await tx.$queryRaw<unknown[]>`
			select 1 from journal_entry where run_id = ${runId}::uuid and phase = 'notice' and data->>'message' = ${message}`;
		const row = await tx.run.findUniqueOrThrow({ where: { id: runId }, include: SUBJECT_OF_RUN });
		const isOrphaned = row.ownerSeenAt === null || Date.now() - row.ownerSeenAt.getTime() > LEASE_MS;
		// A live owner numbers the journal, and is going on with it.
		if (told.length > 0 || !isOrphaned || !['queued', 'running', 'restoring'].includes(row.status)) return null;
		const { _max } = await tx.journalEntry.aggregate({ where: { runId }, _max: { seq: true } });
		const step = stepOf({ status: row.status as RunStatus, truth: row.truth as Truth });
		const data = { severity: 'ERROR', message };
		await tx.journalEntry.create({ data: { runId, seq: (_max.seq ?? 0) + 1, at: new Date(), step, phase: 'notice', data } });
		await appendRecord(tx, { kind: 'run.stalled', actor: { id: null, name: 'system' }, subject: subjectOfRun(row), data: { why } });
		return row;
	});
	const target = run && targets.byName.get(run.target);
	if (!target || target.alerts === 'none') return;
	const subject = subjectOfRun(run);
	const text = `${subject.change} on ${run.target}: ${message}`;
	const refused = await sendAlert(target, {
		text,
		severity: 'critical',
		outcome: run.status,
		target: target.name,
		change: String(subject.change),
		run: runId,
	});
	await appendRecord(store, {
		kind: refused === null ? 'alert.sent' : 'alert.failed',
		actor: { id: null, name: 'system' },
		subject,
		data: { text, ...(refused === null ? {} : { error: refused }) },
	});
}

function stepOf({ status, truth }: { status: RunStatus; truth: Truth }) {
	if (status === 'restoring') return 'restore';
	if (truth.kind === 'committed') return 'smoke tests';
	return truth.kind === 'checking' ? 'transaction' : 'claim';
}
