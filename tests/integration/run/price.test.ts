import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { RestorePrice } from '#lib/domain/restore-price.ts';
import { askSmokeTestsAgain } from '#lib/run/orders/ask-smoke-tests-again.ts';
import { measurePrice } from '#lib/run/orders/measure-price.ts';
import {
	approvedChange,
	type BundleInput,
	execute,
	expectOk,
	noQueue,
	readRun,
	runBundle,
	runToEnd,
	type Setting,
	targetsOf,
} from '#tests/support/change.ts';
import { pauseAt } from '#tests/support/pause.ts';
import { openTestConsole, type TestConsole } from '#tests/support/test-console.ts';
import { openTestTarget, type TestTarget } from '#tests/support/test-target.ts';

let console_: TestConsole;
let place: TestTarget;
let setting: Setting;

beforeAll(async () => {
	console_ = await openTestConsole();
});
afterAll(() => console_?.close());
beforeEach(async () => {
	place = await openTestTarget();
	setting = { console: console_, target: place.define() };
	await place.sql(`create sequence eng.counted; create sequence eng.drawn; create table eng.scrap (id int primary key, word text);
		insert into eng.scrap select g, 'word' from generate_series(1, 200) g; create table eng.idle (id int primary key, word text);
		insert into eng.idle select g, 'word' from generate_series(1, 300) g;
		select lo_create(4711); select lo_put(4711, 0, 'abc'); grant select on large object 4711 to countersign_backup;
		alter table eng.scrap owner to ehg_owner; alter table eng.idle owner to ehg_owner; alter sequence eng.counted owner to ehg_owner;
		alter sequence eng.drawn owner to ehg_owner; alter large object 4711 owner to ehg_owner; grant usage on schema eng to ehg_app;`);
});
afterEach(async () => {
	await console_.sql(`update run set status = 'restored' where status in ('queued', 'running', 'awaiting_restore', 'restoring')`);
	await place?.close();
});

const SMOKE_TESTS = [{ name: 'Draws a number', role: 'ehg_app', sql: `select nextval('eng.drawn') > 0`, expect: { value: true } }];

/** Touches one table of the two, the catalog, a grant, and a sequence; also a smoke test moves a sequence, and nothing undoes that. */
const BUNDLE: BundleInput = {
	files: {
		'1.sql': `create table eng.made (id int primary key); insert into eng.made select generate_series(1, 10);
			update eng.scrap set word = 'ours' where id <= 20; alter table eng.scrap add column more int; grant select on eng.scrap to analyst_ro;
			select nextval('eng.counted'); select nextval('eng.drawn'); grant usage on eng.drawn to ehg_app; grant select, insert on eng.made to ehg_app;
			do $$ begin insert into eng.scrap values (201, 'in a subtransaction'); exception when others then raise; end $$;`,
	},
	manifest: { smokeTests: SMOKE_TESTS },
};

/** Committed, and waiting for a decision. */
async function waiting(bundle = BUNDLE): Promise<string> {
	place.application.misbehave.set('GET health', 'fail');
	const { runId, status } = await runBundle(setting, bundle);
	expect(status).toBe('awaiting_restore');
	return runId;
}

async function measured(runId: string): Promise<RestorePrice> {
	const actor = await console_.actor('olga');
	return expectOk(await measurePrice({ store: console_.store, targets: targetsOf(setting.target), actor, runId }));
}

const NOTHING = { known: true, rows: 0, tables: [], truncated: [], objects: [], sequences: [] };

/** What a refused run notes in the target. */
const REFUSED = `insert into countersign.marker (run_id, digest, fence, tombstone) values (gen_random_uuid(), 'refused', 1, true)`;

/** What each of these does, and how the price tells it. */
type Deed = [what: string, sql: string, told: Record<string, unknown>];
const DEEDS: Deed[] = [
	[
		'TRUNCATE of a table that the change left alone',
		'truncate eng.idle',
		{ truncated: [{ table: 'eng.idle', before: 300, after: 0 }], rows: 0 },
	],
	['TRUNCATE of a table that the change wrote to', 'truncate eng.scrap', { truncated: [{ table: 'eng.scrap', before: 201, after: 0 }] }],
	[
		'TRUNCATE that more rows follow',
		`truncate eng.idle; insert into eng.idle select g from generate_series(1, 400) g`,
		{ truncated: [{ table: 'eng.idle', before: 300, after: 400 }], tables: [{ table: 'eng.idle', inserted: 400, updated: 0, deleted: 0 }] },
	],
	['CREATE TABLE', 'create table eng.note (id int)', { objects: expect.arrayContaining([object('table', 'eng.note', 'is new')]) }],
	['ADD COLUMN', 'alter table eng.idle add column note text', { rows: 0, objects: [object('column', 'eng.idle.note', 'is new')] }],
	['DROP TABLE', 'drop table eng.idle', { objects: expect.arrayContaining([object('table', 'eng.idle', 'is gone')]) }],
	['GRANT', 'grant insert on eng.idle to analyst_ro', { objects: [object('privileges', 'table eng.idle', 'was altered')] }],
	[
		'REVOKE of what the change granted',
		'revoke select on eng.scrap from analyst_ro',
		{ objects: [object('privileges', 'table eng.scrap', 'was altered')] },
	],
	['nextval', `select nextval('eng.counted')`, { rows: 0, sequences: ['eng.counted: at 1, then at 2'] }],
	[
		'lo_create',
		'select lo_create(4712)',
		{ rows: 0, objects: expect.arrayContaining([expect.objectContaining({ kind: 'large objects' })]) },
	],
	['lo_put', `select lo_put(4711, 0, 'xyz')`, { tables: [expect.objectContaining({ table: 'pg_catalog.pg_largeobject' })] }],
	[
		'INSERT that statistics do not count',
		`set track_counts = off; insert into eng.idle values (0)`,
		{ rows: 1, tables: [{ table: 'eng.idle', inserted: 1, updated: 0, deleted: 0, atLeast: true }] },
	],
	[
		'UPDATE that statistics do not count',
		`set track_counts = off; update eng.scrap set word = 'late' where id = 7`,
		{ rows: 1, tables: [{ table: 'eng.scrap', inserted: 0, updated: 1, deleted: 0 }] },
	],
	[
		'rows in tables of both kinds',
		`insert into eng.idle values (0); delete from eng.scrap where id < 4; update eng.made set id = id + 100 where id < 3`,
		{
			rows: 6,
			tables: [
				{ table: 'eng.idle', inserted: 1, updated: 0, deleted: 0 },
				{ table: 'eng.made', inserted: 0, updated: 2, deleted: 0 },
				{ table: 'eng.scrap', inserted: 0, updated: 0, deleted: 3 },
			],
		},
	],
];

function object(kind: string, name: string, what: string) {
	return expect.objectContaining({ kind, name, what });
}

describe('while the decision waits', () => {
	test.each(DEEDS)('%s is in the price, and nothing else', async (_what, sql, told) => {
		const runId = await waiting();
		expect((await readRun(console_, runId)).price).toMatchObject(NOTHING);
		await place.sql(sql);
		expect(await measured(runId)).toMatchObject({ ...NOTHING, rows: expect.anything(), ...told });
	});

	test('maintenance, a rolled-back write and an open one add nothing', async () => {
		const runId = await waiting();
		const open = await place.session();
		for (const sql of [
			...['vacuum full eng.scrap', 'cluster eng.idle using idle_pkey', 'reindex table eng.idle', 'vacuum (analyze, freeze)', 'checkpoint'],
			...[`begin; update eng.idle set word = 'z'; truncate eng.scrap; rollback`, 'create temp table mine as select 1'],
			...['begin', `insert into eng.idle values (0)`],
		])
			await open.query(sql);
		const price = await measured(runId);
		expect(price).toMatchObject(NOTHING);
		await open.query('rollback');
		await open.end();
	});

	test('a run of another console that is refused meanwhile adds nothing', async () => {
		const runId = await waiting();
		const { price } = await readRun(console_, runId);
		await place.sql(REFUSED);
		expect(await measured(runId)).toMatchObject({ ...NOTHING, digest: price?.digest });
	});

	test('the smoke tests asked again take nothing out of the price and add nothing', async () => {
		const adds = `create function eng.adds() returns boolean language sql as 'insert into eng.made values (0); select true'`;
		const writes = { name: 'Writes', role: 'ehg_app', sql: 'select eng.adds()', expect: { value: true } };
		const runId = await waiting({
			files: { ...BUNDLE.files, '2.sql': adds },
			manifest: { smokeTests: [...SMOKE_TESTS, writes] },
		});
		expect((await readRun(console_, runId)).price).toMatchObject(NOTHING);
		await place.sql(`truncate eng.scrap; select nextval('eng.counted')`);
		expectOk(await askSmokeTestsAgain({ store: console_.store, actor: await console_.actor('olga'), runId, enqueue: noQueue }));
		const { status, price } = await runToEnd(setting, runId);
		expect(status).toBe('awaiting_restore');
		expect(price).toMatchObject({
			...NOTHING,
			truncated: [{ table: 'eng.scrap', before: 201, after: 0 }],
			sequences: ['eng.counted: at 1, then at 2'],
		});
	});
});

describe('between COMMIT and the look after it', () => {
	/** Somebody does it when the change is committed and its smoke tests have not begun. */
	async function meanwhile(sql: string, bundle = BUNDLE): Promise<RestorePrice | null> {
		place.application.misbehave.set('GET health', 'fail');
		const pause = await pauseAt(console_, { step: 'smoke tests', phase: 'started' });
		const { runId } = expectOk(await execute(setting, await approvedChange(setting, bundle)));
		const ending = runToEnd(setting, runId);
		await pause.reached();
		await place.sql(sql);
		await pause.release();
		return (await ending).price;
	}

	test.each([...DEEDS.slice(0, 9), DEEDS.at(-1) as Deed])('%s is in the price, and nothing else', async (_what, sql, told) => {
		expect(await meanwhile(sql)).toMatchObject({ ...NOTHING, rows: expect.anything(), ...told });
	});

	test('a sequence that moves is in the price, whether the change made it, restarted it or left it alone', async () => {
		await place.sql('create sequence eng.alone; alter sequence eng.alone owner to ehg_owner');
		const bundle: BundleInput = {
			files: {
				'1.sql': 'create sequence eng.fresh; alter sequence eng.counted restart with 100; grant usage on sequence eng.drawn to ehg_app',
			},
			manifest: { smokeTests: SMOKE_TESTS },
		};
		const price = await meanwhile(`select nextval('eng.alone'), nextval('eng.fresh'), nextval('eng.counted')`, bundle);
		expect(price).toMatchObject({
			...NOTHING,
			sequences: [
				'eng.alone: at 1, not called yet, then at 1',
				'eng.counted: at 100, not called yet, then at 100',
				'eng.fresh: at 1, not called yet, then at 1',
			],
		});
	});

	test('another run that is refused adds nothing, though a session stays busy', async () => {
		const busy = await place.session();
		const sleeping = busy.query('select pg_sleep(600)').catch(() => undefined);
		expect(await meanwhile(REFUSED, { files: { '1.sql': 'create table eng.made (id int)' } })).toMatchObject(NOTHING);
		await place.sql(`select pg_cancel_backend(pid) from pg_stat_activity where query = 'select pg_sleep(600)'`);
		await sleeping;
		await busy.end();
	});

	test('rows of a block with an EXCEPTION clause cannot be told from others’ while a session stays busy, and the price says so', async () => {
		const busy = await place.session();
		const sleeping = busy.query('select pg_sleep(600)').catch(() => undefined);
		const price = await meanwhile('select 1');
		expect(price).toMatchObject({
			known: false,
			why: expect.stringContaining('rows of eng.scrap are of others, or of a block with an EXCEPTION clause'),
		});
		await place.sql(`select pg_cancel_backend(pid) from pg_stat_activity where query = 'select pg_sleep(600)'`);
		await sleeping;
		await busy.end();
	});

	test('maintenance adds nothing', async () => {
		expect(await meanwhile('cluster eng.scrap using scrap_pkey; reindex table eng.scrap; analyze')).toMatchObject(NOTHING);
	});
});
