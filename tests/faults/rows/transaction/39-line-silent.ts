import { expect } from 'vitest';
import { type BundleInput, readRun } from '#tests/support/change.ts';
import { lookAt } from '#tests/support/nothing-changed.ts';
import { until } from '#tests/support/sql.ts';
import type { FaultyProxy } from '../../harm/proxy.ts';
import type { Row } from '../../row.ts';
import {
	beginHere,
	behindProxy,
	expectUntouched,
	MAKES,
	noSessionsOf,
	openStage,
	runToGate,
	type Stage,
	untilStatus,
	WAITS,
	WAITS_AT_GATE,
} from '../../stage.ts';
import type { World } from '../../world.ts';

/** The statement that waits at the gate may take a second, so that the console need not wait for long until it should have an answer. */
const SHORT = { files: { '1.sql': MAKES, '2.sql': WAITS }, manifest: { timeouts: { statement: '1s' } } };

/** Nothing is closed, and nothing arrives any more: what a firewall does that forgets a connection, or a server that hangs. */
export const lineSilent: Row = {
	row: 39,
	step: 'transaction',
	fault: 'the line goes silent, and nothing is closed',
	required: 'rolled back and shown; unknown where nothing answers; no lock stays',
	long: true,
	async run(world) {
		await Promise.all([ofTheRunAlone(world), forAWhile(world), forGood(world)]);
		return 'the run’s session alone: aborted, rolled back; all for a while: rolled back; all for good: unknown, a human was called';
	},
};

/**
 * Watching goes on; only the statement's answer never comes. The line goes silent as it takes the statement to the server: later, the server
 * might have said already that the second is over.
 */
function ofTheRunAlone(world: World): Promise<void> {
	const prepare = (proxy: FaultyProxy) =>
		void proxy.catch({ application: /^countersign run /, text: /pg_advisory_xact_lock/, fate: (caught) => caught.deliver() });
	return rolledBack(world, { bundle: SHORT, code: 'no_answer', prepare });
}

/** Watching dies of it and aborts the run; the target answers again while it is asked what became of it. */
function forAWhile(world: World): Promise<void> {
	const strike: Strike = async (proxy, stage, runId) => {
		const speak = proxy.silence();
		await untilWatchingDied(stage, runId);
		speak();
	};
	return rolledBack(world, { bundle: WAITS_AT_GATE, code: 'watching_died', strike });
}

type Strike = (proxy: FaultyProxy, stage: Stage, runId: string) => Promise<void>;

type Silencing = { bundle: BundleInput; code: string; prepare?: (proxy: FaultyProxy) => void; strike?: Strike };

async function rolledBack(world: World, { bundle, code, prepare, strike }: Silencing): Promise<void> {
	const { stage, proxy } = await behindProxy(world, await openStage(world));
	prepare?.(proxy);
	const { start, ended } = beginHere(stage);
	const gate = await runToGate(stage, start, bundle);
	world.atEnd(gate.open);
	await strike?.(proxy, stage, gate.runId);
	await untilStatus(stage, gate.runId, ['rolled_back']);
	await ended();
	await gate.open();
	const run = await readRun(stage.console, gate.runId);
	expect(run.failure).toMatchObject({ code });
	await expectUntouched(stage, run);
}

async function forGood(world: World): Promise<void> {
	const { stage, proxy } = await behindProxy(world, await openStage(world));
	const { start, ended } = beginHere(stage);
	const gate = await runToGate(stage, start);
	world.atEnd(gate.open);
	proxy.silence();
	await untilStatus(stage, gate.runId, ['unknown'], 120_000);
	await ended();
	await gate.open();
	const run = await readRun(stage.console, gate.runId);
	expect(run).toMatchObject({ truth: { kind: 'checking' }, changeStatus: 'unknown' });
	expect(stage.place.application.maintenance()).toBe(true);
	await noSessionsOf(stage, gate.runId);
	expect(await lookAt(stage.place)).toEqual(stage.before);
}

async function untilWatchingDied({ console }: Stage, runId: string): Promise<void> {
	const notice = `select from journal_entry where run_id = $1 and step = 'watch' and phase = 'notice'`;
	await until('watching to die', async () => (await console.sql(notice, [runId])).length > 0);
}
