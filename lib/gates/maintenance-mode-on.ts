import { setTimeout as wait } from 'node:timers/promises';
import { reportsMaintenance, setMaintenanceMode } from '#lib/application/maintenance-mode.ts';
import { instantWords } from '#lib/domain/instant-words.ts';
import type { Target } from '#lib/domain/target.ts';
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

/** One answer that does not come may be chance. */
const ATTEMPTS = 3;
const PAUSE_MS = 500;

/**
 * Asks whether the application still reports maintenance mode, and tells what it said. Throws when it reports that it is off, and when it
 * gives no answer that says so: silence is not "off", and not "on" either.
 */
export async function reportedMaintenance(target: Target, moment: 'BEGIN' | 'COMMIT', tell: GateContext['tell']): Promise<void> {
	if (target.maintenance === 'none') return;
	const startedAt = performance.now();
	const check = (got: string, passed: boolean) => {
		const name = `Maintenance mode before ${moment}`;
		tell({ phase: 'check', data: { name, passed, expected: 'on', got, ms: Math.round(performance.now() - startedAt) } });
	};
	const seen = await askPatiently(target.maintenance);
	const at = instantWords(new Date().toISOString());
	if (seen === true) return check('on', true);
	check(seen === false ? 'off' : 'no answer', false);
	if (seen === false) throw maintenanceOff(`before ${moment}, at ${at}`);
	throw new StepFailed({
		code: 'maintenance_not_reported',
		message: `Before ${moment}, at ${at}, the application did not say whether it is in maintenance mode: ${seen.message}.`,
		instead: 'Nothing is committed. See that the endpoint works, then execute again.',
	});
}

/** Somebody has switched maintenance mode off, as seen then. */
export function maintenanceOff(when: string): StepFailed {
	return new StepFailed({
		code: 'maintenance_off',
		message: `Somebody switched maintenance mode off: the application reported it ${when}. It may have written since the backup.`,
		instead: 'Find out who switched it off. Before COMMIT the run rolls back: execute again, and a new run takes a new backup.',
	});
}

async function askPatiently(endpoints: Exclude<Target['maintenance'], 'none'>): Promise<boolean | Error> {
	let last = new Error('it was not asked');
	for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
		if (attempt > 1) await wait(PAUSE_MS);
		try {
			return await reportsMaintenance(endpoints);
		} catch (error) {
			last = error as Error;
		}
	}
	return last;
}
