import { afterEach, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import { standbyName } from '#lib/domain/target/database-names.ts';
import type { Target } from '#lib/domain/target/target.ts';
import { abortRun } from '#lib/run/orders/abort-run.ts';
import { lookAtRun } from '#lib/run/worker/look-at-run.ts';
import {
	approvedChange,
	type BundleInput,
	bundleOf,
	execute,
	expectOk,
	readRun,
	runBundle,
	runToEnd,
	stepsOf,
	targetsOf,
	tryToFile,
} from '#tests/support/change.ts';
import { expectNothingChanged, type Look, lookAt } from '#tests/support/nothing-changed.ts';
import { pauseAt } from '#tests/support/pause.ts';
import { openSession, until } from '#tests/support/sql.ts';
import { openTestConsole, readRecord, type TestConsole } from '#tests/support/test-console.ts';
import { LOGIN_PASSWORD, openTestTarget, type TestTarget } from '#tests/support/test-target.ts';

let console_: TestConsole;
let place: TestTarget;
let before: Look;

beforeAll(async () => {
	console_ = await openTestConsole();
	return () => console_.close();
});
beforeEach(async () => {
	place = await openTestTarget();
	before = await lookAt(place);
});
afterEach(() => place?.close());

const BUNDLE: BundleInput = { files: { '1.sql': 'create table eng.made (id int)' }, manifest: { standbyCopy: true } };

/** A target on which a plan may ask for a copy, if it is no larger than this. */
function allowing(maxDatabaseBytes = 1024 ** 3): Target {
	return place.define((definition) => Object.assign(definition, { standbyCopy: { maxDatabaseBytes } }));
}

/** Every database of the cluster that a run of that id has made. */
async function madeBy(runId: string): Promise<string[]> {
	const rows = await place.sql<{ name: string }>(`select datname as name from pg_database where datname like '%' || $1`, [
		runId.replaceAll('-', '').slice(0, 12),
	]);
	return rows.map(({ name }) => name);
}

const summaryOf = async (runId: string, step: string) =>
	(
		await console_.sql<{ summary: string }>(
			`select data ->> 'summary' as summary from journal_entry where run_id = $1 and step = $2 and phase = 'passed'`,
			[runId, step],
		)
	)[0]?.summary;

/** Whether the live database takes connections. */
function isOpen(): Promise<boolean> {
	return atHome(async (client) => {
		const { rows } = await client.query<{ open: string }>('select datallowconn as open from pg_database where datname = $1', [
			place.database,
		]);
		return rows[0]?.open === 't';
	});
}

async function expectLiveIsOpen(): Promise<void> {
	expect(await isOpen()).toBe(true);
	expect(await place.sql('select 1 as one')).toEqual([{ one: '1' }]);
}

/** In the maintenance database, from where a closed database can be looked at too. */
async function atHome<T>(work: (client: Awaited<ReturnType<typeof openSession>>) => Promise<T>): Promise<T> {
	const client = await openSession(place.urlOf('postgres'));
	try {
		return await work(client);
	} finally {
		await client.end();
	}
}

/** Keeps every CREATE DATABASE … TEMPLATE of the live database waiting, by a lock that nothing else of a run minds. */
async function holdCopying(): Promise<() => Promise<void>> {
	const client = await openSession(place.urlOf('postgres'));
	onTestFinished(() => client.end());
	await client.query(`begin; comment on database ${place.database} is 'held by a test'`);
	return async () => void (await client.query('rollback'));
}

/** Starts a run, holds it while it copies, and returns its copying backend. */
async function heldWhileCopying(target: Target) {
	const setting = { console: console_, target };
	const change = await approvedChange(setting, BUNDLE);
	const pause = await pauseAt(console_, { step: 'way back', phase: 'passed' });
	const { runId } = expectOk(await execute(setting, change));
	const ending = runToEnd(setting, runId);
	await pause.reached();
	const letGo = await holdCopying();
	await pause.release();
	const pid = await until('a copy that waits', () =>
		atHome(async (client) => {
			const { rows } = await client.query<{ pid: string }>(
				`select pid from pg_stat_activity where application_name = $1 and query like 'create database%' and wait_event_type = 'Lock'`,
				[`countersign copy ${runId}`],
			);
			return rows[0]?.pid;
		}),
	);
	return { runId, pid, ending, letGo };
}

test('is not made where the plan does not ask for it', async () => {
	const run = await runBundle({ console: console_, target: allowing() }, { files: BUNDLE.files });
	expect(run).toMatchObject({ status: 'succeeded', backup: { replacement: null } });
	expect((await stepsOf(console_, run.runId)).map(({ step }) => step)).not.toContain('standby copy');
});

test('is refused when filed where the target has no room for one', async () => {
	const filed = await tryToFile({ console: console_, target: place.define() }, bundleOf(BUNDLE));
	expect(filed).toMatchObject({
		ok: false,
		refusal: { findings: [{ code: 'no_standby_copy', instead: expect.stringContaining('uses the dump') }] },
	});
});

test('stops the run before anything is changed where the database has outgrown the room for it', async () => {
	const run = await runBundle({ console: console_, target: allowing(1_000_000) }, BUNDLE);
	expect(run.failure).toMatchObject({
		code: 'no_room_for_standby_copy',
		message: expect.stringMatching(/limit for a standby copy/),
	});
	expect((await stepsOf(console_, run.runId)).find(({ outcome }) => outcome === 'failed')?.step).toBe('standby copy');
	await expectNothingChanged({ console: console_, place, before }, run);
	expect(await madeBy(run.runId)).toEqual([]);
});

test('is made although a client comes back all the time, and is gone after a success', async () => {
	const client = comeBackAllTheTime();
	const run = await runBundle({ console: console_, target: allowing() }, BUNDLE);
	const { connected, cutOff } = await client.stop();
	expect(run).toMatchObject({ status: 'succeeded', backup: { replacement: standbyName(run.runId) } });
	expect(await summaryOf(run.runId, 'standby copy')).toContain('compared: equal');
	expect(connected).toBeGreaterThan(5);
	expect(cutOff).toBeGreaterThan(0);
	expect(await madeBy(run.runId)).toEqual([]);
	await expectLiveIsOpen();
});

test('is gone after a rollback', async () => {
	const run = await runBundle({ console: console_, target: allowing() }, { ...BUNDLE, files: { '1.sql': 'select 1 / 0' } });
	expect(run.backup).toMatchObject({ replacement: standbyName(run.runId) });
	await expectNothingChanged({ console: console_, place, before }, run);
	expect(await madeBy(run.runId)).toEqual([]);
});

test('that a session which cannot be ended prevents stops the run, names it, and leaves the live database open', async () => {
	const psql = await place.session();
	onTestFinished(() => psql.end());
	const run = await runBundle({ console: console_, target: allowing() }, BUNDLE);
	expect(run.failure).toMatchObject({ code: 'standby_copy_failed', message: expect.stringMatching(/of postgres \(psql\).*superuser/i) });
	await expectNothingChanged({ console: console_, place, before }, run);
	expect(await madeBy(run.runId)).toEqual([]);
	await expectLiveIsOpen();
});

test('whose copying backend is killed leaves nothing, and the live database is open again', async () => {
	const { runId, pid, ending, letGo } = await heldWhileCopying(allowing());
	expect(await isOpen()).toBe(false);
	await atHome((client) => client.query('select pg_terminate_backend($1)', [pid]));
	const run = await ending;
	await letGo();
	expect(run.failure).toMatchObject({ code: 'standby_copy_failed', message: expect.stringContaining('terminating connection') });
	await expectNothingChanged({ console: console_, place, before }, run);
	expect(await madeBy(runId)).toEqual([]);
	await expectLiveIsOpen();
});

test('that is aborted while it is being copied is given up at once', async () => {
	const { runId, ending, letGo } = await heldWhileCopying(allowing());
	expectOk(await abortRun({ store: console_.store, actor: await console_.actor('dana'), runId, reason: 'too late tonight' }));
	const run = await ending;
	await letGo();
	expect(run.failure).toMatchObject({ code: 'aborted' });
	await expectNothingChanged({ console: console_, place, before }, run);
	expect(await madeBy(runId)).toEqual([]);
	await expectLiveIsOpen();
});

test('that was being copied when its worker fell silent is cleared away by the next one', async () => {
	const target = allowing();
	const { runId, ending, letGo } = await heldWhileCopying(target);
	await console_.sql(`update run set owner_seen_at = now() - interval '1 minute' where id = $1`, [runId]);
	const next = lookAtRun({ store: console_.store, targets: targetsOf(target), runId, signal: new AbortController().signal });
	expect(await next).not.toBeNull();
	await ending;
	await letGo();
	const run = await readRun(console_, runId);
	expect(run.failure).toMatchObject({ code: 'interrupted' });
	expect((await readRecord(console_)).filter((e) => e.subject.runId === runId).map((e) => e.kind)).toContain('run.taken_over');
	await expectNothingChanged({ console: console_, place, before }, run);
	expect(await madeBy(runId)).toEqual([]);
	await expectLiveIsOpen();
});

/** The application, whose pool connects again as soon as a connection is lost, or refused. */
function comeBackAllTheTime(): { stop: () => Promise<{ connected: number; cutOff: number }> } {
	const url = new URL(place.urlOf(place.database));
	url.username = 'ehg_app';
	url.password = encodeURIComponent(LOGIN_PASSWORD);
	const seen = { connected: 0, cutOff: 0 };
	let stopped = false;
	const again = async () => {
		while (!stopped) {
			try {
				const client = await openSession(url.href);
				seen.connected += 1;
				await client.query('select 1');
				await client.query('select pg_sleep(0.05)');
				await client.end();
			} catch {
				seen.cutOff += 1;
				await new Promise((resolve) => setTimeout(resolve, 1));
			}
		}
	};
	const ended = Promise.all([again(), again()]);
	return {
		stop: async () => {
			stopped = true;
			await ended;
			return seen;
		},
	};
}
