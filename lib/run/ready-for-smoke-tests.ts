import { reportsMaintenance, setMaintenanceMode } from '#lib/application/maintenance-mode.ts';
import { isRunning, startService } from '#lib/application/services.ts';
import type { Service } from '#lib/domain/target/target.ts';
import { type GateContext, StepFailed } from '#lib/gates/gate.ts';
import { servicesOf } from './ending/maintenance-mode-off.ts';
import type { OpenRun } from './owner/open-run.ts';
import { failureOf } from './owner/step.ts';

/**
 * Brings the application into the state that the smoke tests meet right after COMMIT: in maintenance mode, and the plan's services
 * running. Whoever had the run before may have died, or a restore failed, with a service stopped: its health endpoint would then say of a
 * good change that it is bad. Throws `application_not_ready`, which is no answer of a check and restores nothing by itself.
 */
export async function readyForSmokeTests(run: OpenRun, { tell, signal }: GateContext): Promise<void> {
	const warn = (message: string) => tell({ phase: 'notice', data: { severity: 'WARNING', message } });
	try {
		if (await turnedOnAgain(run)) warn('Maintenance mode was off. It is turned on again before the smoke tests.');
		for (const service of servicesOf(run)) {
			signal.throwIfAborted();
			if (await started(service)) warn(`${service.name} was not running. It is started before the smoke tests.`);
		}
	} catch (error) {
		signal.throwIfAborted();
		throw new StepFailed(
			{
				code: 'application_not_ready',
				message: `The smoke tests did not run, because the application could not be prepared for them: ${failureOf(error).message}.`,
				instead:
					'The change is committed. Put the application into maintenance mode and start its services, then run the smoke tests again.',
			},
			{ cause: error },
		);
	}
}

async function turnedOnAgain({ target: { maintenance } }: OpenRun): Promise<boolean> {
	if (maintenance === 'none' || (await reportsMaintenance(maintenance))) return false;
	await setMaintenanceMode(maintenance, true);
	return true;
}

async function started(service: Service): Promise<boolean> {
	if (await isRunning(service)) return false;
	await startService(service);
	return true;
}

/**
 * Whether the checks after COMMIT had passed when the run's last owner left it, and it was ending: the application may be in use again, and what
 * its users write since is no reason to ask the smoke tests again.
 */
export async function wasEnding({ store, runId, journal }: OpenRun): Promise<boolean> {
	await journal.flush();
	const last = await store.journalEntry.findFirst({
		where: { runId, step: { in: ['smoke tests', 'maintenance mode off', 'restore'] }, phase: { in: ['started', 'status'] } },
		orderBy: { seq: 'desc' },
		select: { step: true },
	});
	return last?.step === 'maintenance mode off';
}
