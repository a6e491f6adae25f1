import type { RehearsalFailure, RehearsalReport } from '#lib/domain/rehearsed/rehearsal.ts';
import { askRehearsal } from '#lib/rehearsal/ask-rehearsal.ts';
import { rehearseNext } from '#lib/rehearsal/keep-rehearsing.ts';
import { type BundleInput, expectOk, fileChange, type Setting, targetsOf } from './change.ts';

export type SeenRehearsal = { id: string; status: string; report: RehearsalReport; failure: RehearsalFailure | null };

/** Asks for a rehearsal of a change that was filed, and returns its id. */
export async function ask({ console, target }: Setting, { changeId, digest }: { changeId: string; digest: string }): Promise<string> {
	const actor = await console.actor('rui');
	return expectOk(await askRehearsal({ store: console.store, targets: targetsOf(target), actor, changeId, digest })).rehearsalId;
}

/** Rehearses what was asked for first, to its end. */
export async function rehearseIt({ console, target }: Setting, id: string): Promise<SeenRehearsal> {
	await rehearseNext({ store: console.store, targets: targetsOf(target), signal: new AbortController().signal });
	const [row] = await console.sql<Record<string, string>>('select * from rehearsal where id = $1', [id]);
	if (!row) throw new Error(`there is no rehearsal ${id}`);
	const json = (text: string | null | undefined) => (text ? JSON.parse(text) : null);
	return { id, status: String(row.status), report: json(row.report), failure: json(row.failure) };
}

/** Files a change and rehearses it. */
export async function rehearse(setting: Setting, bundle: BundleInput): Promise<SeenRehearsal> {
	return rehearseIt(setting, await ask(setting, await fileChange(setting, bundle)));
}
