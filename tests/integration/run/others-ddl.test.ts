import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { approvedChange, execute, expectOk, readRun, runToEnd, type Setting } from '#tests/support/change.ts';
import { until } from '#tests/support/sql.ts';
import { openTestConsole, type TestConsole } from '#tests/support/test-console.ts';
import { openTestTarget, type TestTarget } from '#tests/support/test-target.ts';

let console_: TestConsole;
let place: TestTarget;
let setting: Setting;
let made = 0;

beforeAll(async () => {
	console_ = await openTestConsole();
	place = await openTestTarget();
	setting = { console: console_, target: place.define() };
	await place.sql(`set role ehg_owner; create table eng.mine (id int primary key, word text);
		create view eng.over_mine as select id, upper(word) as word from eng.mine;
		create table eng.idle (id int primary key, word text, check (id > 0)); insert into eng.idle values (1, 'a'); create index idle_word on eng.idle (word);
		create view eng.over_idle as select id from eng.idle; create function eng.f() returns int language sql as 'select 1';
		create domain eng.positive as int check (value > 0); comment on table eng.idle is 'said';
		create table eng.left_alone (id int primary key); create index on eng.left_alone (id);
		create sequence eng.theirs; create sequence eng.ours; create table eng.refers (id int references eng.left_alone);
		create publication idle_rows for table eng.idle where (id > 3), eng.left_alone;`);
});
afterAll(async () => {
	await console_?.close();
	await place?.close();
});

/** What nothing could be filed with. */
afterEach(() =>
	place.sql(`alter table if exists eng.idle owner to ehg_owner; alter view if exists eng.over_idle owner to ehg_owner;
		alter table eng.left_alone enable trigger all`),
);

/** The change has locked its table, and waits at its end, while somebody does it. */
async function meanwhile(...statements: string[]) {
	const files = {
		'1.sql': `alter table eng.mine add column more_${++made} int; create table eng.made_${made} (id int);
			do $$ begin perform nextval('eng.ours'); perform 1 / 0; exception when division_by_zero then null; end $$;
			select pg_advisory_xact_lock(4711)`,
	};
	const change = await approvedChange(setting, { files });
	const gate = await place.session();
	await gate.query('select pg_advisory_lock(4711)');
	const { runId } = expectOk(await execute(setting, change));
	const ending = runToEnd(setting, runId);
	try {
		await Promise.race([atTheGate(), ending.then(({ failure }) => expect(failure, 'the run ended before the gate').toBeNull())]);
		for (const one of statements) await place.sql(one);
	} finally {
		await gate.end();
		await ending;
	}
	return readRun(console_, runId);
}

function atTheGate() {
	return until('the run at the gate', async () => {
		const [row] = await place.sql(`select count(*) as n from pg_locks where locktype = 'advisory' and objid = 4711 and not granted`);
		return row?.n === '1';
	});
}

describe('somebody else, during the transaction', () => {
	test.each([
		['makes a table', 'create table eng.note (id int default 1)', 'table eng.note is new'],
		['makes a view over the table that is locked', 'create view eng.more as select 1 as one', 'view eng.more is new'],
		['adds a column', 'alter table eng.idle add column note text', 'column eng.idle.note is new'],
		['sets a default', `alter table eng.idle alter column word set default 'x'`, 'column eng.idle.word was altered'],
		['drops a constraint', 'alter table eng.idle drop constraint idle_id_check', 'constraint idle_id_check on eng.idle is gone'],
		['drops an index', 'drop index eng.idle_word', 'index eng.idle_word is gone'],
		['writes a function anew', `create or replace function eng.f() returns int language sql as 'select 2'`, 'function eng.f() was altered'],
		['writes a view anew', 'create or replace view eng.over_idle as select id + 0 as id from eng.idle', 'over_idle was altered'],
		['adds a constraint to a domain', 'alter domain eng.positive add check (value < 100)', 'on domain eng.positive is new'],
		['takes a comment away', 'comment on table eng.idle is null', 'comment table eng.idle is gone'],
		['grants', 'grant insert on eng.idle to analyst_ro', 'privileges table eng.idle was altered'],
		['comments on the database', `comment on database :db is 'said'`, 'comment database is new'],
		['gives a table away', 'reset role; alter table eng.idle owner to analyst_ro', 'table eng.idle was altered'],
		['gives a view away', 'reset role; alter view eng.over_idle owner to analyst_ro', 'view eng.over_idle was altered'],
		[
			'takes a table out of a publication',
			'reset role; alter publication idle_rows drop table eng.left_alone',
			'publication idle_rows was altered',
		],
		[
			'filters a publication',
			'reset role; alter publication idle_rows set table eng.idle where (id > 4), eng.left_alone',
			'filter of publication idle_rows on eng.idle was altered',
		],
		['turns foreign keys off', 'reset role; alter table eng.left_alone disable trigger all', 'on eng.refers was altered'],
		['draws from a sequence', `select nextval('eng.theirs')`, 'sequence eng.theirs: at '],
		['sets a sequence', `select setval('eng.theirs', 4711)`, 'sequence eng.theirs: at '],
		['alters a sequence', 'alter sequence eng.theirs increment 7', 'sequence eng.theirs was altered'],
		['drops a table', 'drop table eng.idle cascade', 'table eng.idle is gone'],
	])('%s: the run is rolled back before COMMIT and says so', async (_what, sql, told) => {
		const database = setting.target.connection.database;
		const run = await meanwhile(sql.replace(':db', `"${database}"`).replace(/^(?!comment on database)/, 'set role ehg_owner; '));
		expect(run).toMatchObject({ status: 'rolled_back', failure: { code: 'changed_by_others', message: expect.stringContaining(told) } });
		expect(run.failure?.message).not.toContain('made_');
		expect(run.failure?.message).not.toContain('mine');
		expect(await place.sql(`select from pg_class where relname = 'made_${made}'`)).toEqual([]);
	});

	test('does maintenance, works in other databases and in temporary tables, or rolls back: the change is committed', async () => {
		const run = await meanwhile(
			...[
				'vacuum full eng.left_alone',
				'analyze eng.left_alone',
				'reindex table eng.left_alone',
				'cluster eng.left_alone using left_alone_pkey',
			],
			...[
				'create temp table mine as select 1',
				'begin; create table eng.never (id int); rollback',
				`alter role analyst_ro set work_mem = '8MB'`,
			],
		);
		expect(run).toMatchObject({ status: 'succeeded' });
	});
});
