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

/** Pairs of tables for deeds that must not meet, as `eng.idle` and `eng.scrap` are. */
async function addTables(pairs: number): Promise<void> {
	for (const [idle, scrap] of Array.from({ length: pairs }, (_, index) => tablesOf(index)))
		await place.sql(`create table ${scrap} (id int primary key, word text); insert into ${scrap} select g, 'word' from generate_series(1, 200) g;
			create table ${idle} (id int primary key, word text); insert into ${idle} select g, 'word' from generate_series(1, 300) g;
			alter table ${scrap} owner to ehg_owner; alter table ${idle} owner to ehg_owner`);
}

/** The change does to each of their second tables what it does to `eng.scrap`. */
function bundleOver(pairs: number): BundleInput {
	const ours = Array.from({ length: pairs }, (_, index) => tablesOf(index)[1]).map(
		(
			scrap,
		) => `update ${scrap} set word = 'ours' where id <= 20; alter table ${scrap} add column more int; grant select on ${scrap} to analyst_ro;
			do $$ begin insert into ${scrap} values (201, 'in a subtransaction'); exception when others then raise; end $$;`,
	);
	return { ...BUNDLE, files: { ...BUNDLE.files, '2.sql': ours.join('\n') } };
}

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

/** What others do to two tables of their own (`idle`, which the change leaves alone, and `scrap`, which it writes to), and how the price tells it. */
type Deed = { what: string; sql: (idle: string, scrap: string) => string; told: (idle: string, scrap: string) => Partial<Lists> };
type Lists = { truncated: unknown[]; tables: unknown[]; objects: unknown[]; sequences: unknown[] };
const written = (table: string, counts: Record<string, unknown>) => ({ table, inserted: 0, updated: 0, deleted: 0, ...counts });
const DEEDS: Deed[] = [
	{
		what: 'TRUNCATE of a table that the change left alone',
		sql: (idle) => `truncate ${idle}`,
		told: (idle) => ({ truncated: [{ table: idle, before: 300, after: 0 }] }),
	},
	{
		what: 'TRUNCATE of a table that the change wrote to',
		sql: (_, scrap) => `truncate ${scrap}`,
		told: (_, scrap) => ({ truncated: [{ table: scrap, before: 201, after: 0 }] }),
	},
	{
		what: 'TRUNCATE that more rows follow',
		sql: (idle) => `truncate ${idle}; insert into ${idle} select g from generate_series(1, 400) g`,
		told: (idle) => ({ truncated: [{ table: idle, before: 300, after: 400 }], tables: [written(idle, { inserted: 400 })] }),
	},
	{ what: 'CREATE TABLE', sql: () => 'create table eng.note (id int)', told: () => ({ objects: [object('table', 'eng.note', 'is new')] }) },
	{
		what: 'ADD COLUMN',
		sql: (idle) => `alter table ${idle} add column note text`,
		told: (idle) => ({ objects: [object('column', `${idle}.note`, 'is new')] }),
	},
	{ what: 'DROP TABLE', sql: (idle) => `drop table ${idle}`, told: (idle) => ({ objects: [object('table', idle, 'is gone')] }) },
	{
		what: 'GRANT',
		sql: (idle) => `grant insert on ${idle} to analyst_ro`,
		told: (idle) => ({ objects: [object('privileges', `table ${idle}`, 'was altered')] }),
	},
	{
		what: 'REVOKE of what the change granted',
		sql: (_, scrap) => `revoke select on ${scrap} from analyst_ro`,
		told: (_, scrap) => ({ objects: [object('privileges', `table ${scrap}`, 'was altered')] }),
	},
	{ what: 'nextval', sql: () => `select nextval('eng.counted')`, told: () => ({ sequences: ['eng.counted: at 1, then at 2'] }) },
	{
		what: 'rows in tables of both kinds',
		sql: (idle, scrap) =>
			`insert into ${idle} values (0); delete from ${scrap} where id < 4; update eng.made set id = id + 100 where id < 3`,
		told: (idle, scrap) => ({
			tables: [written(idle, { inserted: 1 }), written('eng.made', { updated: 2 }), written(scrap, { deleted: 3 })],
		}),
	},
];
/** While the decision waits, these too. */
const MORE_DEEDS: Deed[] = [
	{
		what: 'lo_create',
		sql: () => 'select lo_create(4712)',
		told: () => ({ objects: [expect.objectContaining({ kind: 'large objects' })] }),
	},
	{
		what: 'lo_put',
		sql: () => `select lo_put(4711, 0, 'xyz')`,
		told: () => ({ tables: [expect.objectContaining({ table: 'pg_catalog.pg_largeobject' })] }),
	},
	{
		what: 'INSERT that statistics do not count',
		sql: (idle) => `set track_counts = off; insert into ${idle} values (0); reset track_counts`,
		told: (idle) => ({ tables: [written(idle, { inserted: 1, atLeast: true })] }),
	},
	{
		what: 'UPDATE that statistics do not count',
		sql: (_, scrap) => `set track_counts = off; update ${scrap} set word = 'late' where id = 7; reset track_counts`,
		told: (_, scrap) => ({ tables: [written(scrap, { updated: 1, atLeast: true })] }),
	},
];
const tablesOf = (index: number) => [`eng.idle_${index}`, `eng.scrap_${index}`] as const;

/** Each does its deed in the two tables of its number. */
async function doAll(deeds: readonly Deed[]): Promise<void> {
	for (const [index, { sql }] of deeds.entries()) await place.sql(sql(...tablesOf(index)));
}

/** Every deed is in it, and nothing but them. */
function expectToldOf(price: RestorePrice | null, deeds: readonly Deed[]): void {
	if (!price?.known) throw new Error(`the price is not known: ${JSON.stringify(price)}`);
	const told = deeds.map(({ told: of }, index) => of(...tablesOf(index)));
	for (const list of ['truncated', 'tables', 'sequences'] as const) {
		const wanted = told.flatMap((one) => one[list] ?? []);
		expect(price[list], list).toEqual(expect.arrayContaining(wanted));
		expect(price[list], list).toHaveLength(wanted.length);
	}
	expect(price.objects).toEqual(expect.arrayContaining(told.flatMap((one) => one.objects ?? [])));
	const ofDeeds = deeds.flatMap(({ told: of }, index) => (of(...tablesOf(index)).objects ? tablesOf(index) : []));
	const others = price.objects.filter(
		({ kind, name }) => kind !== 'large objects' && ![...ofDeeds, 'eng.note'].some((known) => name.includes(known)),
	);
	expect(others).toEqual([]);
}

function object(kind: string, name: string, what: string) {
	return expect.objectContaining({ kind, name, what });
}

describe('while the decision waits', () => {
	const deeds = [...DEEDS, ...MORE_DEEDS];
	test(`in the price are ${deeds.map(({ what }) => what).join(', ')}, and nothing else`, async () => {
		await addTables(deeds.length);
		const runId = await waiting(bundleOver(deeds.length));
		expect((await readRun(console_, runId)).price).toMatchObject(NOTHING);
		await doAll(deeds);
		expectToldOf(await measured(runId), deeds);
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

	test(`in the price are ${DEEDS.map(({ what }) => what).join(', ')}, and nothing else`, async () => {
		await addTables(DEEDS.length);
		const does = DEEDS.map(({ sql }, index) => sql(...tablesOf(index))).join(';\n');
		expectToldOf(await meanwhile(does, bundleOver(DEEDS.length)), DEEDS);
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
