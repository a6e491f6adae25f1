import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { approvedChange, type BundleInput, execute, expectOk, runToEnd, type SeenRun } from '#tests/support/change.ts';
import { pauseAt } from '#tests/support/pause.ts';
import { openTestConsole, type TestConsole } from '#tests/support/test-console.ts';
import { openTestTarget, type TestTarget } from '#tests/support/test-target.ts';

let console_: TestConsole;
let place: TestTarget;

beforeAll(async () => {
	console_ = await openTestConsole();
});
afterAll(() => console_?.close());
beforeEach(async () => {
	place = await openTestTarget();
	await place.sql(`create sequence eng.counted; create table eng.scrap (id int primary key, word text);
		insert into eng.scrap select g, 'word' from generate_series(1, 200) g; cluster eng.scrap using scrap_pkey; create unlogged table eng.fleeting (id int);
		create materialized view eng.seen as select count(*) as n from eng.scrap; select lo_create(4711); select lo_put(4711, 0, 'abc'); grant select on large object 4711 to countersign_backup;
		alter table eng.scrap owner to ehg_owner; alter table eng.fleeting owner to ehg_owner; alter sequence eng.counted owner to ehg_owner;
		alter materialized view eng.seen owner to ehg_owner; alter large object 4711 owner to ehg_owner;`);
});
afterEach(() => place?.close());

const BUNDLE: BundleInput = { files: { '1.sql': 'create table eng.made (id int)' } };

/** Runs a change, and at the end of that step has somebody do something in a session that stays open. */
async function interfereAfter(step: string, statements: string[]): Promise<SeenRun> {
	const setting = { console: console_, target: place.define() };
	const pause = await pauseAt(console_, { step, phase: 'passed' });
	const { runId } = expectOk(await execute(setting, await approvedChange(setting, BUNDLE)));
	const ending = runToEnd(setting, runId);
	const other = await place.session();
	try {
		await pause.reached();
		for (const statement of statements) await other.query(statement);
	} finally {
		await pause.release();
	}
	const run = await ending;
	await other.end();
	return run;
}

describe('what somebody does between the backup and BEGIN stops the run, and is named', () => {
	test.each([
		['TRUNCATE', ['truncate eng.scrap'], 'eng.scrap (200)'],
		[
			'TRUNCATE that leaves as many rows',
			[`begin; truncate eng.scrap; insert into eng.scrap select g from generate_series(1, 200) g; commit`],
			'eng.scrap (1)',
		],
		['INSERT that statistics do not count', ['set track_counts = off', `insert into eng.scrap values (0, 'x')`], 'eng.scrap (1)'],
		['UPDATE that statistics do not count', ['set track_counts = off', `update eng.scrap set word = 'y' where id = 7`], 'eng.scrap (1)'],
		['INSERT into an unlogged table', ['insert into eng.fleeting values (1)'], 'eng.fleeting (1)'],
		['CREATE TABLE', ['create table eng.by_other (id int)'], 'table eng.by_other is new'],
		['ALTER TABLE', ['alter table eng.scrap add column more int'], 'more'],
		['DROP TABLE', ['drop table eng.fleeting'], 'table eng.fleeting is gone'],
		['GRANT', ['grant select on eng.scrap to analyst_ro'], 'eng.scrap'],
		['COMMENT', [`comment on table eng.scrap is 'said'`], 'comment table eng.scrap is new'],
		['nextval', [`select nextval('eng.counted')`], 'sequence eng.counted'],
		['setval', [`select setval('eng.counted', 9)`], 'sequence eng.counted'],
		['lo_create', ['select lo_create(4712)', 'grant select on large object 4712 to countersign_backup'], 'large objects'],
		['lo_put', [`select lo_put(4711, 0, 'xyz')`], 'pg_catalog.pg_largeobject (1)'],
		['REFRESH MATERIALIZED VIEW', ['refresh materialized view eng.seen'], 'eng.seen (1)'],
		['a write that is not committed yet', ['begin', `insert into eng.scrap values (0, 'x')`], 'open write pid'],
	])('%s', async (_what, statements, told) => {
		const run = await interfereAfter('backup', statements);
		expect(run.failure).toMatchObject({ message: expect.stringContaining(told) });
		expect(['written_since_backup', 'blocked']).toContain(run.failure?.code);
		// The run has sent nothing: what differs now is the other's, and people have nothing to decide.
		expect(run).toMatchObject({ xid: null, status: 'rolled_back', truth: { kind: 'nothing_committed' } });
		expect(place.application.maintenance()).toBe(false);
	});

	test.each([
		['truncate eng.scrap', 'eng.scrap (200)'],
		['create table eng.by_other (id int)', 'table eng.by_other is new'],
	])('also after quiescence was asked, by looking again inside the transaction: %s', async (statement, told) => {
		const run = await interfereAfter('trial', [statement]);
		expect(run).toMatchObject({
			status: 'rolled_back',
			failure: { code: 'written_since_backup', message: expect.stringContaining(told) },
		});
		expect(run.xid).not.toBeNull();
	});
});

test('what changes nothing of anybody’s data does not stop the run', async () => {
	const run = await interfereAfter('backup', [
		`begin; update eng.scrap set word = 'z'; rollback`,
		'create temp table mine as select 1',
		'vacuum full eng.scrap',
		'cluster eng.scrap using scrap_pkey',
		'reindex table eng.scrap',
		'vacuum (analyze, freeze)',
		'checkpoint',
		'begin; select count(*) from eng.teams',
	]);
	expect(run).toMatchObject({ status: 'succeeded' });
});
