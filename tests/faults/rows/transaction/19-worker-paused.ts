import { expect } from 'vitest';
import { approvedChange, execute, expectOk, readRun } from '#tests/support/change.ts';
import { type Caught, commitOfTheRun } from '../../harm/proxy.ts';
import { fenceOf, startWorker, takeOver, type WorkerProcess } from '../../processes/worker-process.ts';
import type { Row } from '../../row.ts';
import { behindProxy, expectUntouched, isMade, MAKES, markerOf, openStage, runToGate, type Stage, untilStatus } from '../../stage.ts';
import type { World } from '../../world.ts';

/** How long the zombie is watched after it woke: it looks at its lease every 3 s. */
const ZOMBIE_GETS_MS = 5_000;

/** Once in the middle of a statement, once when the page says "checking" already and only COMMIT itself is left to send. */
export const workerPaused: Row = {
	row: 19,
	step: 'transaction',
	fault: 'worker paused past its lease',
	required: "takeover; the zombie's COMMIT refused",
	async run(world) {
		const told = await Promise.all([pausedInStatement(world), pausedBeforeCommit(world)]);
		return told.join('; ');
	},
};

async function pausedInStatement(world: World): Promise<string> {
	const stage = await openStage(world);
	const workers: WorkerProcess[] = [];
	const gate = await runToGate(stage, async () => workers.push(await startWorker(world, stage)));
	const [zombie] = workers;
	if (!zombie) throw new Error('no worker was started');
	zombie.pause();
	return wakeAfterTakeover(world, stage, { zombie, runId: gate.runId, wake: gate.open, where: 'in a statement' });
}

/** COMMIT is on its way already, and the backend that it goes to is gone when it comes. */
async function pausedBeforeCommit(world: World): Promise<string> {
	const direct = await openStage(world);
	const { stage, proxy } = await behindProxy(world, direct);
	const held: Caught[] = [];
	const trap = proxy.catch(commitOfTheRun((caught) => void held.push(caught)));
	const { runId } = expectOk(await execute(stage.setting, await approvedChange(stage.setting, { files: { '1.sql': MAKES } })));
	const zombie = await startWorker(world, stage);
	await trap.caught;
	zombie.pause();
	expect(await readRun(stage.console, runId)).toMatchObject({ truth: { kind: 'checking' } });
	return wakeAfterTakeover(world, direct, { zombie, runId, wake: async () => held[0]?.passOn(), where: 'at COMMIT' });
}

type Paused = { zombie: WorkerProcess; runId: string; wake: () => Promise<void>; where: string };

async function wakeAfterTakeover(world: World, stage: Stage, { zombie, runId, wake, where }: Paused): Promise<string> {
	const pausedAt = Date.now();
	const { ms, worker } = await takeOver(world, stage, { runId, diedAt: pausedAt, fence: await fenceOf(stage, runId) });
	const run = await untilStatus(stage, runId, ['rolled_back']);
	await worker.kill();
	const journalled = () => stage.console.sql('select seq, step, phase from journal_entry where run_id = $1 order by seq', [runId]);
	const before = await journalled();
	await wake();
	zombie.resume();
	await new Promise((resolve) => setTimeout(resolve, ZOMBIE_GETS_MS));
	expect(await isMade(stage)).toBe(false);
	expect(await markerOf(stage, runId)).toBe('tombstone');
	expect(await journalled()).toEqual(before);
	await zombie.kill();
	await expectUntouched(stage, run);
	return `paused ${where}: taken over after ${(ms / 1000).toFixed(1)} s, the zombie committed and wrote nothing`;
}
