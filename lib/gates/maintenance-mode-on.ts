import { setTimeout as wait } from 'node:timers/promises';
import { reportsMaintenance, setMaintenanceMode } from '#lib/application/maintenance-mode.ts';
import type { Target } from '#lib/domain/target/target.ts';
import { instantWords } from '#lib/domain/wording/instant-words.ts';
import { type GateContext, type Passed, StepFailed } from './gate.ts';

/** Turns maintenance mode on and waits until the application reports it. Before the backup, so that a restore loses nothing. */
export async function turnMaintenanceModeOn({ target }: GateContext): Promise<Passed<null>> {
	if (target.maintenance === 'none') return { summary: `${target.name} has no maintenance mode by its definition`, value: null };
	try {
		await setMaintenanceMode(target.maintenance, true);
	} catch (error) {
		throw new StepFailed(
			{
				code: 'maintenance_not_reported',
				message: `The application is not in maintenance mode: ${error instanceof Error ? error.message : String(error)}.`,
				instead: 'Nothing was changed in the database. Make the endpoint work, then execute again.',
			},
			{ cause: error },
		);
	}
	return { summary: 'reported by the application', value: null };
}

/** One missing answer may be chance. */
const ATTEMPTS = 3;
const PAUSE_MS = 500;

/**
 * Checks that the application still reports maintenance mode, and writes its answer to the journal. Throws when the mode is off, and when
 * there is no usable answer: no answer means neither "off" nor "on".
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
		message: `Before ${moment}, at ${at}, the application did not report whether it is in maintenance mode: ${seen.message}.`,
		instead: 'Nothing is committed. Make the endpoint work, then execute again.',
	});
}

/** The failure when somebody turned maintenance mode off. */
export function maintenanceOff(when: string): StepFailed {
	return new StepFailed({
		code: 'maintenance_off',
		message: `Somebody turned maintenance mode off: the application reported it ${when}. It may have written since the backup.`,
		instead: 'Find out who turned it off. Before COMMIT the run rolls back: execute again, and a new run takes a new backup.',
	});
}

async function askPatiently(endpoints: Exclude<Target['maintenance'], 'none'>): Promise<boolean | Error> {
	let last = new Error('it was not checked');
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
