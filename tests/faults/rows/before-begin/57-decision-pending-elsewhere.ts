import { expect } from 'vitest';
import {
	approvedChange,
	type BundleInput,
	execute,
	executeToEnd,
	expectOk,
	readRun,
	runToEnd,
	type Setting,
} from '#tests/support/change.ts';
import { lookAt } from '#tests/support/nothing-changed.ts';
import { pauseAt } from '#tests/support/pause.ts';
import { openTestConsole } from '#tests/support/test-console.ts';
import { commitThenFail, confirmBoth, type WaitingRun } from '../../harm/commit-then-fail.ts';
import { type Caught, commitOfTheRun } from '../../harm/proxy.ts';
import type { Row } from '../../row.ts';
import { beginHere, behindProxy, openStage, type Stage } from '../../stage.ts';
import type { World } from '../../world.ts';

export const decisionPendingElsewhere: Row = {
	row: 57,
	step: 'claim, BEGIN',
	fault: 'a run of another console has committed on the target and waits for its restore decision',
	required: 'the second console’s run is refused, so that the restore wipes nobody’s change',
	async run(world) {
		return (await Promise.all([refusedAtClaim(world), refusedAtBegin(world)])).join('; ');
	},
};

const OTHERS: BundleInput = { files: { '1.sql': 'create table eng.of_the_other (id int)' } };

async function refusedAtClaim(world: World): Promise<string> {
	const stage = await openStage(world);
	const other = await otherConsole(world, stage);
	const waiting = await commitThenFail(stage);
	const refused = await executeToEnd(other, await approvedChange(other, OTHERS));
	expect(refused).toMatchObject({ status: 'rolled_back', xid: null, failure: { code: 'decision_pending' } });
	await expectTold(stage, { waiting: waiting.runId, refused });
	expect(await lookAt(stage.place)).toEqual(waiting.committed);
	await restore(stage, waiting);
	// What was in the way went with the failed database.
	const after = await executeToEnd(other, await approvedChange(other, OTHERS));
	expect(after, after.failure?.message).toMatchObject({ status: 'succeeded' });
	return 'refused at its claim; after the restore it runs';
}

/** Passes while the transaction is open, and fails after COMMIT. It touches no catalog, so that the other run sees none changed. */
const FAILS_AFTER_COMMIT: BundleInput = {
	files: { '1.sql': `update eng.teams set name = name || '!'` },
	manifest: {
		smokeTests: [
			{
				name: 'Only inside',
				role: 'ehg_app',
				sql: `select current_setting('application_name') like 'countersign run %'`,
				expect: { value: true },
			},
		],
	},
};

/** The lock of the first run is lost right before its COMMIT: nothing but the target keeps the two apart. */
async function refusedAtBegin(world: World): Promise<string> {
	const direct = await openStage(world);
	const other = await otherConsole(world, direct);
	const theirs = await approvedChange(other, OTHERS);
	const { stage, proxy } = await behindProxy(world, direct);
	const { console, setting, place } = stage;
	const held: Caught[] = [];
	const commit = proxy.catch(commitOfTheRun((caught) => void held.push(caught)));
	const { runId } = expectOk(await execute(setting, await approvedChange(setting, FAILS_AFTER_COMMIT)));
	const first = beginHere(stage);
	await first.start(runId);
	await commit.caught;
	await place.sql(`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'countersign lock ${runId}'`);

	const afterClaim = await pauseAt(other.console, { step: 'claim', phase: 'passed' });
	const second = expectOk(await execute(other, theirs));
	const theirRun = beginHere({ ...stage, setting: other });
	await theirRun.start(second.runId);
	await afterClaim.reached();
	for (const caught of held) caught.passOn();
	await first.ended();
	const waiting = await readRun(console, runId);
	expect(waiting, waiting.failure?.message).toMatchObject({ status: 'awaiting_restore', truth: { kind: 'committed' } });
	await afterClaim.release();

	await theirRun.ended();
	const refused = await readRun(other.console, second.runId);
	expect(refused.failure, refused.failure?.message).toMatchObject({ code: 'decision_pending' });
	expect(refused).toMatchObject({ status: 'rolled_back', truth: { kind: 'nothing_committed' } });
	expect(refused.xid).not.toBeNull();
	await expectTold(stage, { waiting: runId, refused });
	// The refused run has left a tombstone, which is nobody's loss.
	await restore(stage, { runId });
	return 'refused at BEGIN';
}

async function otherConsole(world: World, stage: Stage): Promise<Setting> {
	const console = await openTestConsole(world.console);
	world.atEnd(() => console.close());
	return { console, target: stage.setting.target };
}

/** Who waits, since when, what to do, and how a person removes the row. Maintenance mode stays on for the run that waits. */
async function expectTold({ place }: Stage, { waiting, refused }: { waiting: string; refused: { failure: unknown } }): Promise<void> {
	expect(refused.failure).toMatchObject({
		message: expect.stringMatching(new RegExp(`CHG-\\d+.*${waiting}.* UTC`)),
		instead: expect.stringContaining(`delete from countersign.pending where run_id = '${waiting}';`),
	});
	expect(place.application.maintenance()).toBe(true);
}

async function restore(stage: Stage, waiting: Pick<WaitingRun, 'runId'>): Promise<void> {
	await confirmBoth(stage, waiting);
	const restored = await runToEnd(stage.setting, waiting.runId);
	expect(restored, restored.failure?.message).toMatchObject({ status: 'restored' });
	expect(await lookAt(stage.place)).toEqual(stage.before);
}
