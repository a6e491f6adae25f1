import type { BundleInput, FiledChange, SeenRun, Setting } from '#tests/support/change.ts';
import { approvedChange, execute, expectOk, readRun, runToEnd } from '#tests/support/change.ts';
import type { Place } from '#tests/support/global-setup.ts';
import { expectNothingChanged, type Look, lookAt } from '#tests/support/nothing-changed.ts';
import { pauseAt } from '#tests/support/pause.ts';
import { until } from '#tests/support/sql.ts';
import { openTestConsole, readRecord, type TestConsole } from '#tests/support/test-console.ts';
import { type Definition, openTestTarget, type TestTarget } from '#tests/support/test-target.ts';
import { type FaultyProxy, startProxy } from './harm/proxy.ts';
import type { Ground } from './world.ts';

/** A console and a target of a row's own, gone when the row is over. */
export type Stage = {
	console: TestConsole;
	place: TestTarget;
	/** The target as it was. */
	before: Look;
	/** What a deployer has written about the target. */
	definition: Definition;
	setting: Setting;
};

type StageInput = { console?: Place; target?: Place; define?: (definition: Definition) => void };

export async function openStage(
	world: Ground,
	{ console = world.console, target = world.target, define }: StageInput = {},
): Promise<Stage> {
	const console_ = await openTestConsole(console);
	world.atEnd(() => console_.close());
	const place = await openTestTarget('small', target);
	world.atEnd(() => place.close());
	const definition = place.write(define);
	const setting = { console: console_, target: place.define(define) };
	return { console: console_, place, definition, before: await lookAt(place), setting };
}

/** The same stage, with the target behind a proxy. */
export async function behindProxy(world: Ground, stage: Stage): Promise<{ stage: Stage; proxy: FaultyProxy }> {
	const proxy = await startProxy({ port: stage.definition.connection.port });
	world.atEnd(() => proxy.close());
	const { port } = proxy;
	const definition = { ...stage.definition, connection: { ...stage.definition.connection, port } };
	const target = { ...stage.setting.target, connection: { ...stage.setting.target.connection, port } };
	return { stage: { ...stage, definition, setting: { ...stage.setting, target } }, proxy };
}

/** Makes one table. */
export const MAKES = 'create table eng.made (id int primary key);\n';
/** A smoke test that only a target with what `MAKES` made passes, and only while nobody has put a row into it. */
export const MADE_IS_EMPTY = { name: 'Made and empty', role: 'ehg_app', sql: 'select count(*) from eng.made', expect: { value: 0 } };
/** A change that makes a table which the application may read and write. */
export const MAKES_FOR_APP: BundleInput = {
	files: { '1.sql': `${MAKES}grant select, insert on eng.made to ehg_app;\n` },
	manifest: { smokeTests: [MADE_IS_EMPTY], services: ['ehg-app'] },
};
const GATE = 8088;
/** A statement that waits as long as somebody holds the gate. */
export const WAITS = `select pg_advisory_xact_lock(${GATE})`;
/** A change whose second statement waits there. */
export const WAITS_AT_GATE: BundleInput = { files: { '1.sql': MAKES, '2.sql': WAITS } };

export type Gate = { runId: string /** The run's backend, which waits at the gate. */; pid: number; open(): Promise<void> };

/**
 * Executes a change that waits at the gate, has `start` begin the run, and comes back when it stands there. The gate is held from the
 * end of the trial: before, the run would wait for the session that holds it.
 */
export async function runToGate(
	stage: Stage,
	start: (runId: string) => Promise<unknown>,
	bundle = WAITS_AT_GATE,
	beforeBegin: () => Promise<void> = async () => undefined,
): Promise<Gate> {
	const { place, setting } = stage;
	const change = await approvedChange(setting, bundle);
	const pause = await pauseAt(stage.console, { step: 'trial', phase: 'passed' });
	const { runId } = expectOk(await execute(setting, change));
	await start(runId);
	await pause.reached();
	const holder = await place.session();
	await holder.query(`select pg_advisory_lock(${GATE})`);
	await beforeBegin();
	await pause.release();
	const [waiter] = await until('the run at the gate', async () => {
		const found = await place.sql<{ pid: string }>(
			`select pid from pg_locks where locktype = 'advisory' and objid = ${GATE} and not granted
			 and database = (select oid from pg_database where datname = current_database())`,
		);
		return found.length > 0 && found;
	});
	return { runId, pid: Number(waiter?.pid), open: () => holder.end() };
}

/** Begins a run here, and gives what waits for its end. An error of the run comes out there. */
export function beginHere(stage: Stage): { start: (runId: string) => Promise<void>; ended: () => Promise<void> } {
	let ending: Promise<Error | null> = Promise.resolve(null);
	return {
		start: async (runId) => {
			ending = runToEnd(stage.setting, runId).then(
				() => null,
				(error: Error) => error,
			);
		},
		ended: async () => {
			const error = await ending;
			if (error) throw error;
		},
	};
}

/** Whether the target has what `MAKES` makes. */
export async function isMade({ place }: Stage): Promise<boolean> {
	const [row] = await place.sql<{ made: string }>(`select to_regclass('eng.made') is not null as made`);
	return row?.made === 't';
}

/** The marker that a run has left: its kind, or null. */
export async function markerOf({ place }: Stage, runId: string): Promise<'marker' | 'tombstone' | null> {
	const rows = await place.sql<{ tombstone: string }>('select tombstone from countersign.marker where run_id = $1', [runId]);
	return rows[0] ? (rows[0].tombstone === 't' ? 'tombstone' : 'marker') : null;
}

/** Begins a run here, has something happen when it stands at the end of a step, and follows it to its end. */
export async function interfereAfter(
	stage: Stage,
	{ step, bundle, change }: { step: string; bundle: BundleInput; change?: FiledChange },
	interfere: (runId: string) => Promise<unknown>,
): Promise<SeenRun> {
	const filed = change ?? (await approvedChange(stage.setting, bundle));
	const pause = await pauseAt(stage.console, { step, phase: 'passed' });
	const { runId } = expectOk(await execute(stage.setting, filed));
	const { start, ended } = beginHere(stage);
	await start(runId);
	await pause.reached();
	await interfere(runId);
	await pause.release();
	await ended();
	return readRun(stage.console, runId);
}

/** Waits until the run is in one of these states. */
export async function untilStatus(stage: Pick<Stage, 'console'>, runId: string, statuses: string[], withinMs = 180_000): Promise<SeenRun> {
	return until(
		`run ${statuses.join(' or ')}`,
		async () => {
			const run = await readRun(stage.console, runId);
			return statuses.includes(run.status) && run;
		},
		withinMs,
	);
}

/** Rolled back, by everything that there is to look at. */
export async function expectUntouched(stage: Stage, run: Pick<SeenRun, 'runId'>): Promise<void> {
	await noSessionsOf(stage, run.runId);
	await expectNothingChanged({ console: stage.console, place: stage.place, before: stage.before }, run);
	await readRecord(stage.console);
}

/** Waits until no session of the run is left in the target: a worker that was killed leaves them for a second. */
export async function noSessionsOf({ place }: Stage, runId: string): Promise<void> {
	const left = () => place.sql(`select from pg_stat_activity where application_name like '%' || $1`, [runId]);
	await until(`no session of run ${runId}`, async () => (await left()).length === 0, 60_000);
}
