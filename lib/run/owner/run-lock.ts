import { StepFailed } from '#lib/gates/gate.ts';
import { closeTarget, connectTarget } from '#lib/postgres/connection/connect.ts';
import { sendBriefly } from '#lib/postgres/connection/send-statement.ts';
import { takeRunLock } from '#lib/postgres/sessions/activity.ts';
import type { OpenRun } from './open-run.ts';

/** How long the connection that holds the lock may take to show that it lives. */
const LOCK_ANSWER_MS = 10_000;

/** Takes the target's lock for as long as the run is in our hands. Tried once, never waited for. */
export async function holdRunLock(run: OpenRun): Promise<void> {
	const { target, runId, plan } = run;
	// Of a try before, which failed.
	if (run.lock) await closeTarget(run.lock);
	const client = await connectTarget({
		target,
		login: 'backup',
		database: target.connection.maintenanceDatabase,
		applicationName: `countersign lock ${runId}`,
	});
	run.lock = client;
	if (await takeRunLock(client, plan.identity)) return;
	throw new StepFailed({
		code: 'another_run',
		message: `Another run holds the lock of ${target.name}; it may be another console's.`,
		instead: 'Nothing was changed. Wait for it to end, then execute again.',
	});
}

/** The lock lives as long as its connection: when that is gone, so is our right to go on. */
export async function assertRunLockHeld(run: OpenRun): Promise<void> {
	if (!run.lock) throw new Error('the run holds no lock');
	await sendBriefly(run.lock, 'select 1', LOCK_ANSWER_MS);
}
