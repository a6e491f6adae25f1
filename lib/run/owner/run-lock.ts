import { StepFailed } from '#lib/gates/gate.ts';
import { closeTarget, connectTarget } from '#lib/postgres/connection/connect.ts';
import { sendBriefly } from '#lib/postgres/connection/send-statement.ts';
import { takeRunLock } from '#lib/postgres/sessions/activity.ts';
import type { OpenRun } from './open-run.ts';

/** How long the lock's connection may take to answer. */
const LOCK_ANSWER_MS = 10_000;

/** Takes the target's lock for as long as we own the run. Tries once and never waits. */
export async function holdRunLock(run: OpenRun): Promise<void> {
	const { target, runId, plan } = run;
	// From an earlier attempt, which failed.
	if (run.lock) await closeTarget(run.lock);
	const client = await connectTarget({
		target,
		login: 'backup',
		database: target.connection.maintenanceDatabase,
		applicationName: `countersign lock ${runId}`,
	});
	run.lock = client;
	if (await takeRunLock(client, plan.identity)) return;
	throw anotherRun(run);
}

/** `cause`: how it was noticed, if not by the lock. */
export function anotherRun({ target }: OpenRun, cause?: unknown): StepFailed {
	return new StepFailed(
		{
			code: 'another_run',
			message: `Another run is under way on ${target.name}; it may belong to another console. Only one run per target at a time.`,
			instead: 'Nothing was changed. Wait for it to end, then execute again.',
		},
		{ cause },
	);
}

/** The lock lasts as long as its connection: without it we must not go on. */
export async function assertRunLockHeld(run: OpenRun): Promise<void> {
	if (!run.lock) throw new Error('the run holds no lock');
	await sendBriefly(run.lock, 'select 1', LOCK_ANSWER_MS);
}
