import { expect } from 'vitest';
import { restoreNames } from '#lib/domain/database-names.ts';
import { lookAt } from '#tests/support/nothing-changed.ts';
import { query } from '#tests/support/sql.ts';
import { commitThenFail, confirmBoth } from '../../commit-then-fail.ts';
import { databasesOf } from '../../databases-of.ts';
import type { Row } from '../../row.ts';
import { openStage, untilStatus } from '../../stage.ts';
import { diedAtFailpoint, fenceOf, startWorker, takeOver } from '../../worker-process.ts';
import type { World } from '../../world.ts';

/** Where the worker dies, and whether the live database still has its name then. */
const PLACES = [
	{ faultAt: 'setting the live database aside', live: true, ends: 'reverted' },
	{ faultAt: 'putting the replacement in its place', live: false, ends: 'finished' },
] as const;

export const crashBetweenRenames: Row = {
	row: 30,
	step: 'swap',
	fault: 'crash between the renames',
	required: 'finished or reverted on start',
	async run(world) {
		const told = await Promise.all(PLACES.map((place) => crashInSwap(world, place)));
		return told.join('; ');
	},
};

async function crashInSwap(world: World, { faultAt, live, ends }: (typeof PLACES)[number]): Promise<string> {
	const stage = await openStage(world);
	const { place } = stage;
	const waiting = await commitThenFail(stage);
	const { runId } = waiting;
	await confirmBoth(stage, waiting);
	const worker = await startWorker(world, stage, { faultAt });
	const diedAt = await diedAtFailpoint(worker, stage, runId);
	const { replacement, keptAs } = restoreNames(runId);
	const there = await query<{ name: string }>(
		place.urlOf('postgres'),
		'select datname as name from pg_database where datname = any ($1) order by 1',
		[[place.database, replacement, keptAs]],
	);
	expect(there.map(({ name }) => name).sort()).toEqual((live ? [place.database, replacement] : [keptAs, replacement]).sort());
	const { ms, worker: other } = await takeOver(world, stage, { runId, diedAt, fence: await fenceOf(stage, runId) });
	await untilStatus(stage, runId, ['restored']);
	await other.kill();
	expect(await lookAt(place)).toEqual(stage.before);
	expect(await databasesOf(stage, runId)).toEqual([keptAs]);
	expect(place.application.maintenance()).toBe(false);
	return `"${faultAt}": taken over after ${(ms / 1000).toFixed(1)} s, ${ends}, restored`;
}
