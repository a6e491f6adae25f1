import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { approvedChange, execute, expectOk, readRun } from '#tests/support/change.ts';
import { lookAt } from '#tests/support/nothing-changed.ts';
import { query } from '#tests/support/sql.ts';
import { commitThenFail, confirmBoth } from '../../harm/commit-then-fail.ts';
import { databasesOf } from '../../observing/databases-of.ts';
import { diedAtFailpoint, fenceOf, startWorker, takeOver } from '../../processes/worker-process.ts';
import type { Row } from '../../row.ts';
import { isMade, MAKES_FOR_APP, openStage, type Stage, untilStatus } from '../../stage.ts';
import type { World } from '../../world.ts';

export const workerElsewhere: Row = {
	row: 48,
	step: 'takeover',
	fault: 'the next worker is on a machine without the backup folder',
	required: 'a committed run goes on; a restore says which dump is missing where',
	async run(world) {
		return (await Promise.all([committed(world), restoring(world)])).join('; ');
	},
};

async function committed(world: World): Promise<string> {
	const stage = await openStage(world);
	const { runId } = expectOk(await execute(stage.setting, await approvedChange(stage.setting, MAKES_FOR_APP)));
	const first = await startWorker(world, stage, { faultAt: 'transaction:after' });
	const diedAt = await diedAtFailpoint(first, stage, runId);
	await takeOver(world, elsewhere(world, stage), { runId, diedAt, fence: await fenceOf(stage, runId) });
	await untilStatus(stage, runId, ['succeeded']);
	expect(await isMade(stage)).toBe(true);
	return 'committed: gone on with, succeeded';
}

async function restoring(world: World): Promise<string> {
	const stage = await openStage(world);
	const { console, place } = stage;
	const waiting = await commitThenFail(stage);
	const { runId, backup } = waiting;
	// Neither is the database there that was kept for it, nor does this machine see the dump.
	const kept = await databasesOf(stage, runId);
	for (const database of kept) await query(place.urlOf('postgres'), `drop database "${database}" with (force)`);
	await confirmBoth(stage, waiting);
	rmSync(backup, { recursive: true });
	await startWorker(world, elsewhere(world, stage));
	await untilStatus(stage, runId, ['awaiting_restore']);
	const [said] = await console.sql<{ failure: string }>(
		`select data->'failure' as failure from journal_entry where run_id = $1 and step = 'restore' and phase = 'failed'`,
		[runId],
	);
	expect(JSON.parse(said?.failure ?? '{}')).toMatchObject({ code: 'backup_not_here', message: expect.stringContaining(backup) });
	expect(await readRun(console, runId)).toMatchObject({ truth: { kind: 'committed' } });
	expect(await lookAt(place)).toEqual(waiting.committed);
	return 'a restore: says that the dump is not here, waits again';
}

/** The same targets file on a machine where the folder is not mounted. */
function elsewhere(world: World, stage: Stage): Stage {
	const folder = mkdtempSync(join(tmpdir(), 'countersign-elsewhere-'));
	world.atEnd(async () => rmSync(folder, { recursive: true }));
	const backup = { ...stage.definition.backup, folder: join(folder, 'not-mounted') };
	return { ...stage, definition: { ...stage.definition, backup } };
}
