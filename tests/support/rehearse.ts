import type { RehearsalFailure, RehearsalReport } from '#lib/domain/rehearsed/rehearsal.ts';
import { askRehearsal } from '#lib/rehearsal/ask-rehearsal.ts';
import { rehearseNext } from '#lib/rehearsal/keep-rehearsing.ts';
import { type BundleInput, expectOk, fileChange, type Setting, targetsOf } from './change.ts';
import type { TestTarget } from './test-target.ts';

export type SeenRehearsal = {
	id: string;
	status: string;
	report: RehearsalReport;
	failure: RehearsalFailure | null;
};

/** A rehearsal as its row says, read as the superuser. */
export async function readRehearsed({ console }: Pick<Setting, 'console'>, id: string): Promise<SeenRehearsal> {
	const [row] = await console.sql<Record<string, string>>('select * from rehearsal where id = $1', [id]);
	if (!row) throw new Error(`there is no rehearsal ${id}`);
	const json = (text: string | null | undefined) => (text ? JSON.parse(text) : null);
	return { id, status: String(row.status), report: json(row.report), failure: json(row.failure) };
}

/** Returns its id. */
export async function askToRehearse({ console, target }: Setting, change: { changeId: string; digest: string }): Promise<string> {
	const asked = { store: console.store, targets: targetsOf(target), actor: await console.actor('rui'), ...change };
	return expectOk(await askRehearsal(asked)).rehearsalId;
}

/** Has the rehearsal that waits longest done here, to its end. False when none waits. */
export function beginRehearsal({ console, target }: Setting): Promise<boolean> {
	return rehearseNext({ store: console.store, targets: targetsOf(target), signal: new AbortController().signal });
}

/** The same, and how it ended. */
export async function rehearseIt(setting: Setting, id: string): Promise<SeenRehearsal> {
	await beginRehearsal(setting);
	return readRehearsed(setting, id);
}

/** Files a change and rehearses it. */
export async function rehearse(setting: Setting, bundle: BundleInput): Promise<SeenRehearsal> {
	return rehearseIt(setting, await askToRehearse(setting, await fileChange(setting, bundle)));
}

/** Databases and sessions of rehearsals that are on the target's server now. */
export async function leftOfRehearsals({ place }: { place: TestTarget }) {
	const databases = await place.sql(`select datname from pg_database where datname ~ '^countersign_(rehears|restore)'`);
	const sessions = await place.sql(`select application_name from pg_stat_activity where application_name like 'countersign rehearse%'`);
	return [...databases, ...sessions];
}
