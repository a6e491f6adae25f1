import { setMaintenanceMode } from '#lib/application/maintenance-mode.ts';
import { type GateContext, type Passed, StepFailed } from './gate.ts';

/** The application goes into maintenance mode and reports it. Before the backup, so that a restore would lose nothing. */
export async function turnMaintenanceModeOn({ target }: GateContext): Promise<Passed<null>> {
	if (target.maintenance === 'none') return { summary: `${target.name} is defined as having no maintenance mode`, value: null };
	try {
		await setMaintenanceMode(target.maintenance, true);
	} catch (error) {
		throw new StepFailed(
			{
				code: 'maintenance_not_reported',
				message: `The application is not in maintenance mode: ${error instanceof Error ? error.message : String(error)}.`,
				instead: 'Nothing was changed in the database. See that the endpoint works, then execute again.',
			},
			{ cause: error },
		);
	}
	return { summary: 'reported by the application', value: null };
}
