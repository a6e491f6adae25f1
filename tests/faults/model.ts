import fc from 'fast-check';
import { expect } from 'vitest';
import { abortRun } from '#lib/run/orders/abort-run.ts';
import { askSmokeTestsAgain } from '#lib/run/orders/ask-smoke-tests-again.ts';
import { approvedChange, execute, expectOk, type FiledChange, noQueue, readRun, runToEnd, type SeenRun } from '#tests/support/change.ts';
import { readRecord } from '#tests/support/read-record.ts';
import { until } from '#tests/support/sql.ts';
import { startWorker } from './processes/worker-process.ts';
import { noSessionsOf, openStage, type Stage } from './stage.ts';
import type { Ground } from './world.ts';

/** The change's state as far as a story must know it: what one can do next. */
export type Model = { state: 'executable' | 'in work' | 'waiting' | 'over' };
/** One change on a real target. Applying it adds a row, so that twice would be two. */
export type Real = { world: Ground; stage: Stage; change: FiledChange; runs: string[]; spoiled: boolean };
type Command = fc.AsyncCommand<Model, Real>;

const BUNDLE = {
	files: { '1.sql': 'insert into eng.applied default values' },
	manifest: {
		smokeTests: [{ name: 'Nothing is spoiled', role: 'ehg_app', sql: 'select count(*) from eng.spoiled', expect: { value: 0 } }],
		services: ['ehg-app'],
	},
};
const PLACES = [
	...['claim:before', 'maintenance mode on:after', 'backup:before', 'trial:after', 'marker:after', 'commit:before', 'commit:after'],
	...['transaction:after', 'smoke tests:before', 'smoke tests:after', 'maintenance mode off:before', 'record:before', 'record:after'],
];
/** A deploy does not wait much longer. */
const STOPS_WITHIN_MS = 15_000;
const OVER = ['succeeded', 'restored', 'unknown'];

export async function openReal(world: Ground): Promise<Real> {
	const stage = await openStage(world);
	await stage.place.sql(`create table eng.applied (id serial); alter table eng.applied owner to ehg_owner;
		create table eng.spoiled (id int); alter table eng.spoiled owner to ehg_owner; grant select on eng.spoiled to ehg_app`);
	return { world, stage, change: await approvedChange(stage.setting, BUNDLE), runs: [], spoiled: false };
}

/** Executes the change, or tries to. */
export const press: Command = {
	check: () => true,
	toString: () => 'execute',
	run: async (model, real) => {
		const result = await execute(real.stage.setting, real.change, { operator: real.runs.length % 2 ? 'olga' : 'otto' });
		expect(result.ok).toBe(model.state === 'executable');
		if (result.ok) real.runs.push(result.value.runId);
		await look(model, real);
	},
};

/** A worker comes by and dies at a place, if its run leads there; else the run comes as far as it can. */
const workAndDie = (place: string): Command => ({
	check: ({ state }) => state === 'in work',
	toString: () => `kill -9 at ${place}`,
	run: async (model, real) => {
		await forgetOwner(real);
		const worker = await startWorker(real.world, real.stage, { faultAt: place });
		await until('the worker to die or the run to rest', async () => worker.hasEnded() || !(await isInWork(real)), 120_000);
		await worker.kill();
		await look(model, real);
	},
});

/** A worker comes by and is told to stop when its run has come to a step, as a deploy does it. What is committed, it leaves as it is. */
const workAndStop = (step: string): Command => ({
	check: ({ state }) => state === 'in work',
	toString: () => `SIGTERM at ${step}`,
	run: async (model, real) => {
		await forgetOwner(real);
		const before = await startsOf(real, step);
		const worker = await startWorker(real.world, real.stage);
		await until('the step, or the run to rest', async () => (await startsOf(real, step)) > before || !(await isInWork(real)), 120_000);
		expect(await worker.stop(), worker.log()).toBeLessThan(STOPS_WITHIN_MS);
		const run = await readRun(real.stage.console, lastRun(real));
		// Stopped before COMMIT, it is over; after it, it is nobody's.
		if (stateOf(run) === 'in work') expect(await ownerOf(real), 'the owner of a run that was let go of').toBeNull();
		await look(model, real);
	},
});

/** Another worker takes the run over, and nothing happens to it. */
const takeOver: Command = {
	check: ({ state }) => state === 'in work',
	toString: () => 'take over',
	run: async (model, real) => {
		await goOn(real);
		await look(model, real);
	},
};

const abort: Command = {
	check: ({ state }) => state === 'in work' || state === 'waiting',
	toString: () => 'abort',
	run: async (model, real) => {
		const { store, actor } = real.stage.console;
		await abortRun({ store, actor: await actor('dana'), runId: lastRun(real), reason: 'The story says so.' });
		await look(model, real);
	},
};

const askAgain: Command = {
	check: ({ state }) => state === 'waiting',
	toString: () => 'run the smoke tests again',
	run: async (model, real) => {
		const { store, actor } = real.stage.console;
		expectOk(await askSmokeTestsAgain({ store, actor: await actor('olga'), runId: lastRun(real), enqueue: noQueue }));
		await look(model, real);
	},
};

/** Somebody puts what the smoke test finds wrong into the target, or takes it away. */
const spoil: Command = {
	check: () => true,
	toString: () => 'spoil or mend',
	run: async (_, real) => {
		await real.stage.place.sql(real.spoiled ? 'delete from eng.spoiled' : 'insert into eng.spoiled values (1)');
		real.spoiled = !real.spoiled;
	},
};

/** Deaths most often; there are many places for them. */
export const COMMANDS: fc.WeightedArbitrary<Command>[] = [
	{ weight: 4, arbitrary: fc.constant(press) },
	{ weight: 5, arbitrary: fc.constantFrom(...PLACES).map(workAndDie) },
	{ weight: 3, arbitrary: fc.constantFrom('backup', 'transaction', 'smoke tests', 'maintenance mode off').map(workAndStop) },
	{ weight: 2, arbitrary: fc.constant(takeOver) },
	{ weight: 1, arbitrary: fc.constant(abort) },
	{ weight: 2, arbitrary: fc.constant(askAgain) },
	{ weight: 2, arbitrary: fc.constant(spoil) },
];

/**
 * Whatever the story left: somebody takes the last run over, and everything is looked at once more. A run that waits for people, asked
 * again when nothing is spoiled any more, succeeds.
 */
export async function comeToRest(real: Real): Promise<void> {
	if (real.runs.length > 0 && (await isInWork(real))) await goOn(real);
	if (real.runs.length > 0) await comeThrough(real);
	for (const runId of real.runs) await noSessionsOf(real.stage, runId);
	await look({ state: 'over' }, real);
	const ended = (await readRecord(real.stage.console)).filter((entry) => entry.kind === 'run.ended').map((entry) => entry.subject.runId);
	const rested = (await runsOf(real)).filter((run) => ['rolled_back', ...OVER].includes(run.status));
	expect([...ended].sort()).toEqual(rested.map((run) => run.runId).sort());
}

async function comeThrough(real: Real): Promise<void> {
	const { store, actor } = real.stage.console;
	const { status } = await readRun(real.stage.console, lastRun(real));
	expect(stateOf(await readRun(real.stage.console, lastRun(real))), 'a run that was gone on with').not.toBe('in work');
	if (status !== 'awaiting_restore') return;
	await real.stage.place.sql('delete from eng.spoiled');
	expectOk(await askSmokeTestsAgain({ store, actor: await actor('olga'), runId: lastRun(real), enqueue: noQueue }));
	await goOn(real);
	expect(await readRun(real.stage.console, lastRun(real)), 'a healthy run that was asked again').toMatchObject({ status: 'succeeded' });
}

/** What must hold at every moment, by the databases; and what one can do next. */
async function look(model: Model, real: Real): Promise<void> {
	const { place, console } = real.stage;
	const runs = await runsOf(real);
	const markers = await place.sql<{ run_id: string }>('select run_id from countersign.marker where not tombstone');
	const [applied] = await place.sql<{ n: string }>('select count(*) as n from eng.applied');
	expect(markers.length, 'never applied twice').toBeLessThanOrEqual(1);
	expect(Number(applied?.n), 'applied as often as there are markers').toBe(markers.length);
	const committed = new Set(markers.map((marker) => marker.run_id));
	for (const run of runs) {
		if (run.truth.kind === 'committed' || run.status === 'succeeded') expect(committed).toContain(run.runId);
		if (run.status === 'rolled_back') expect(committed).not.toContain(run.runId);
	}
	const last = runs.at(-1);
	const isSafe = !last || ['rolled_back', 'succeeded', 'restored'].includes(last.status);
	if (isSafe) expect(place.application.maintenance(), 'maintenance mode after a safe end').toBe(false);
	if (last?.status === 'awaiting_restore') expect(place.application.maintenance(), 'maintenance mode while people decide').toBe(true);
	// It throws where the chain is not whole.
	await readRecord(console);
	model.state = stateOf(last);
}

function stateOf(last: SeenRun | undefined): Model['state'] {
	if (!last || last.status === 'rolled_back') return 'executable';
	if (last.status === 'awaiting_restore') return 'waiting';
	return OVER.includes(last.status) ? 'over' : 'in work';
}

function runsOf({ runs, stage }: Real): Promise<SeenRun[]> {
	return Promise.all(runs.map((runId) => readRun(stage.console, runId)));
}

function lastRun({ runs }: Real): string {
	return runs.at(-1) ?? '';
}

async function isInWork(real: Real): Promise<boolean> {
	return stateOf(await readRun(real.stage.console, lastRun(real))) === 'in work';
}

async function goOn(real: Real): Promise<void> {
	await forgetOwner(real);
	await runToEnd(real.stage.setting, lastRun(real));
}

async function startsOf(real: Real, step: string): Promise<number> {
	const [row] = await real.stage.console.sql<{ n: string }>(
		`select count(*) as n from journal_entry where run_id = $1 and step = $2 and phase = 'started'`,
		[lastRun(real), step],
	);
	return Number(row?.n);
}

async function ownerOf(real: Real): Promise<string | null> {
	const [row] = await real.stage.console.sql<{ seen: string | null }>('select owner_seen_at as seen from run where id = $1', [
		lastRun(real),
	]);
	return row?.seen ?? null;
}

/** The dead owner's lease is over at once. */
async function forgetOwner(real: Real): Promise<void> {
	await real.stage.console.sql(`update run set owner_seen_at = owner_seen_at - interval '1 minute' where id = $1`, [lastRun(real)]);
}
