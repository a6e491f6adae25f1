import { expect } from 'vitest';
import { approvedChange, confirm, execute, expectOk, readRun } from '#tests/support/change.ts';
import { type Look, lookAt } from '#tests/support/nothing-changed.ts';
import { pauseAt } from '#tests/support/pause.ts';
import { beginHere, MAKES_FOR_APP, type Stage } from '../stage.ts';

/** A committed run that waits for people: the price that it shows, its dump, and the target as it is now. */
export type WaitingRun = { runId: string; rows: number; backup: string; committed: Look };

/** Takes a change to its COMMIT, and then somebody puts a row in the way of its smoke test. */
export async function commitThenFail(stage: Stage, services = ['ehg-app']): Promise<WaitingRun> {
	const { setting, place, console } = stage;
	const change = await approvedChange(setting, { ...MAKES_FOR_APP, manifest: { ...MAKES_FOR_APP.manifest, services } });
	const pause = await pauseAt(console, { step: 'smoke tests', phase: 'started' });
	const { runId } = expectOk(await execute(setting, change));
	const { start, ended } = beginHere(stage);
	await start(runId);
	await pause.reached();
	await place.sql('insert into eng.made values (1)');
	await pause.release();
	await ended();
	const run = await readRun(console, runId);
	expect(run).toMatchObject({ status: 'awaiting_restore', truth: { kind: 'committed' }, failure: { code: 'smoke_test_failed' } });
	expect(place.application.maintenance()).toBe(true);
	return { runId, rows: run.price?.known ? run.price.rows : -1, backup: run.backup?.folder ?? '', committed: await lookAt(place) };
}

/** Operator and Database Administrator both say yes, at the price that the run shows. */
export async function confirmBoth({ setting }: Stage, { runId }: { runId: string }): Promise<void> {
	expectOk(await confirm(setting, runId, { capacity: 'operator', person: 'olga' }));
	expectOk(await confirm(setting, runId, { capacity: 'dba', person: 'dana' }));
}
