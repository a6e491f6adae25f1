import { setMaintenanceMode } from '#lib/application/maintenance-mode.ts';
import { startService, stopService } from '#lib/application/services.ts';
import type { Service } from '#lib/domain/target/target.ts';
import type { OpenRun } from '#lib/run/owner/open-run.ts';
import { failureOf, step } from '#lib/run/owner/step.ts';

/**
 * Step 8, only after a safe end: the plan's services are restarted and report that they run, then maintenance mode goes off
 * and the application reports it. A failure here does not change the outcome; it is returned, shown on the page and sent as an alert.
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
		return `Maintenance mode could not be turned off: ${failureOf(error).message} Turn it off by hand.`;
	}
}

/** Whether this run has started to turn maintenance mode on. If another run or a person turned it on, it must stay on. */
export async function hasTouchedMaintenanceMode(run: OpenRun): Promise<boolean> {
	const started = await run.store.journalEntry.count({ where: { runId: run.runId, step: 'maintenance mode on', phase: 'started' } });
	return started > 0;
}

/** The services that the signed plan names. They were checked against the target when the revision was filed. */
export function servicesOf(run: OpenRun): Service[] {
	return run.target.services.filter((service) => run.plan.manifest.services.includes(service.name));
}
