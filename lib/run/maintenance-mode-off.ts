import { setMaintenanceMode } from '#lib/application/maintenance-mode.ts';
import { startService, stopService } from '#lib/application/services.ts';
import type { Service } from '#lib/domain/target.ts';
import type { OpenRun } from './open-run.ts';
import { failureOf, step } from './step.ts';

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

/** The services that the signed plan names. They were checked against the target when the revision was filed. */
export function servicesOf(run: OpenRun): Service[] {
	return run.target.services.filter((service) => run.plan.manifest.services.includes(service.name));
}
