import { sendAlert } from '#lib/application/send-alert.ts';
import type { ChangeStatus } from '#lib/domain/change.ts';
import { type Failure, OUTCOME_TITLE, type Outcome } from '#lib/domain/run.ts';
import { appendRecord } from '#lib/record/append-record.ts';
import { updateOwnRun } from '#lib/run/owner/journal.ts';
import type { OpenRun } from '#lib/run/owner/open-run.ts';
import { recordStep, step } from '#lib/run/owner/step.ts';

type End = { outcome: Outcome; failure: Failure | null; summary: string };

/** Step 9. The outcome, the change's new status and the entry of the record, in one transaction; then the alert, which says what happened. */
export async function endRun(run: OpenRun, end: End): Promise<void> {
	const { store, runId, journal, subject, plan } = run;
	await step(run, 'record', async () => ({ summary: `${OUTCOME_TITLE[end.outcome]}: ${end.summary}`, value: null }));
	journal.tell('record', { phase: 'status', data: { status: end.outcome } });
	await journal.flush();
	await store.$transaction(async (tx) => {
		await updateOwnRun(tx, run, { status: end.outcome, endedAt: new Date(), ...(end.failure ? { failure: end.failure } : {}) });
		const status: ChangeStatus = end.outcome;
		const { count } = await tx.change.updateMany({ where: { id: plan.changeId, status: 'running' }, data: { status } });
		if (count !== 1) throw new Error(`${plan.change} is not running any more, but its run ${runId} has just ended`);
		await appendRecord(tx, { kind: 'run.ended', actor: { id: null, name: 'system' }, subject, data: { ...end, truth: run.truth } });
	});
	await alertOf(run, end);
}

async function alertOf(run: OpenRun, end: End): Promise<void> {
	const text = `${run.plan.change} on ${run.target.name}: ${OUTCOME_TITLE[end.outcome].toLowerCase()}. ${end.summary}`;
	const severity = end.outcome === 'succeeded' ? 'info' : end.outcome === 'rolled_back' ? 'warning' : 'critical';
	await alertAbout(run, { text, severity, outcome: end.outcome });
}

/** Sends an alert about this run and records that it was sent, or why not: an alert never decides anything. */
export async function alertAbout(
	run: OpenRun,
	alert: { text: string; severity: 'info' | 'warning' | 'critical'; outcome: string },
): Promise<void> {
	if (run.target.alerts === 'none') return;
	const refused = await sendAlert(run.target, { ...alert, target: run.target.name, change: run.plan.change, run: run.runId });
	await recordStep(run, refused === null ? 'alert.sent' : 'alert.failed', {
		text: alert.text,
		...(refused === null ? {} : { error: refused }),
	});
}
