import { expect } from 'vitest';
import { restoreNames } from '#lib/domain/target/database-names.ts';
import { lookAt } from '#tests/support/nothing-changed.ts';
import { query } from '#tests/support/sql.ts';
import { commitThenFail, confirmBoth } from '../../harm/commit-then-fail.ts';
import { openedBySomebody } from '../../harm/kept-copy.ts';
import { databasesOf } from '../../observing/databases-of.ts';
import { diedAtFailpoint, fenceOf, startWorker, takeOver } from '../../processes/worker-process.ts';
import type { Row } from '../../row.ts';
import { openStage, type Stage, untilStatus } from '../../stage.ts';
import type { World } from '../../world.ts';

const SNEAKED = 'create table eng.sneaked (id int)';
/** Where the worker dies, whether the live database still has its name then, and what somebody does to the replacement meanwhile. */
const PLACES = [
	{ faultAt: 'setting the live database aside', live: true, meanwhile: null, ends: 'reverted' },
	{ faultAt: 'putting the replacement in its place', live: false, meanwhile: null, ends: 'finished' },
	{ faultAt: 'putting the replacement in its place', live: false, meanwhile: SNEAKED, ends: 'reverted' },
] as const;

export const crashBetweenRenames: Row = {
	row: 30,
	step: 'swap',
	fault: 'crash between the renames',
	required: 'finished or reverted on start: finished only with the very database that was proved',
	async run(world) {
		const told = await Promise.all(PLACES.map((place) => crashInSwap(world, place)));
		return told.join('; ');
	},
};

async function crashInSwap(world: World, { faultAt, live, meanwhile, ends }: (typeof PLACES)[number]): Promise<string> {
	const stage = await openStage(world);
	const { place } = stage;
	const waiting = await commitThenFail(stage);
	const { runId } = waiting;
	await confirmBoth(stage, waiting);
	const worker = await startWorker(world, stage, { faultAt });
	const diedAt = await diedAtFailpoint(worker, stage, runId);
	const { replacement, keptAs } = restoreNames(runId);
	const oids = await oidsOf(stage, [place.database, replacement, keptAs]);
	expect(Object.keys(oids).sort()).toEqual((live ? [place.database, replacement] : [keptAs, replacement]).sort());
	if (meanwhile) await openedBySomebody(stage, replacement, [meanwhile]);
	const { ms, worker: other } = await takeOver(world, stage, { runId, diedAt, fence: await fenceOf(stage, runId) });
	await untilStatus(stage, runId, ['restored']);
	await other.kill();
	expect(await lookAt(place)).toEqual(stage.before);
	expect(await databasesOf(stage, runId)).toEqual([keptAs]);
	expect(place.application.maintenance()).toBe(false);
	const now = await oidsOf(stage, [place.database]);
	expect(now[place.database] === oids[replacement], 'the replacement that was there is live').toBe(ends === 'finished');
	return `"${faultAt}"${meanwhile ? ', replacement changed meanwhile' : ''}: taken over after ${(ms / 1000).toFixed(1)} s, ${ends}, restored`;
}

/** By name, of those that are there. */
async function oidsOf({ place }: Stage, names: string[]): Promise<Record<string, string>> {
	const sql = 'select datname as name, oid::text as oid from pg_database where datname = any ($1)';
	const rows = await query<{ name: string; oid: string }>(place.urlOf('postgres'), sql, [names]);
	return Object.fromEntries(rows.map(({ name, oid }) => [name, oid]));
}
