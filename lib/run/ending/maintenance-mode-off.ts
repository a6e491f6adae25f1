import { setMaintenanceMode } from '#lib/application/maintenance-mode.ts';
import { startService, stopService } from '#lib/application/services.ts';
import type { Service } from '#lib/domain/target.ts';
import type { OpenRun } from '#lib/run/owner/open-run.ts';
import { failureOf, step } from '#lib/run/owner/step.ts';

/**
 * Step 8, only after a safe end: the services that the plan names are restarted and seen running, then maintenance mode goes off
 * and the application reports it. What fails here does not change the outcome; it is returned, said on the page and alerted.
 */
export async function turnMaintenanceModeOff(run: OpenRun, restart: { services: boolean }): Promise<string | null> {
	try {
		await step(run, 'maintenance mode off', async ({ tell }) => {
			const restarted = restart.services ? servicesOf(run) : [];
			for (const service of restarted) {
				tell({ phase: 'progress', data: { summary: `restarting ${service.name}` } });
				await stopService(service);
				await startService(service);
			}
			if (run.target.maintenance !== 'none') await setMaintenanceMode(run.target.maintenance, false);
			const names = restarted.map((service) => service.name).join(', ');
			return {
				summary: `${run.target.maintenance === 'none' ? 'none defined' : 'reported by the application'}${names ? `; restarted ${names}` : ''}`,
				value: null,
			};
		});
		return null;
	} catch (error) {
		return `Maintenance mode could not be switched off: ${failureOf(error).message} Switch it off by hand.`;
	}
}

/** Whether this run has begun to switch maintenance mode on. What another run or a person switched on is not ours to take off. */
export async function hasTouchedMaintenanceMode(run: OpenRun): Promise<boolean> {
	const started = await run.store.journalEntry.count({ where: { runId: run.runId, step: 'maintenance mode on', phase: 'started' } });
	return started > 0;
}

/** The services that the signed plan names. They were checked against the target when the revision was filed. */
export function servicesOf(run: OpenRun): Service[] {
	return run.target.services.filter((service) => run.plan.manifest.services.includes(service.name));
}
