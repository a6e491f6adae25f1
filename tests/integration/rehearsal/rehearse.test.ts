import { describe, expect, test } from 'vitest';
import { standBy } from '#lib/change/stand-by.ts';
import { rehearsalNames } from '#lib/domain/target/database-names.ts';
import { rehearseNext } from '#lib/rehearsal/keep-rehearsing.ts';
import { removeLeftRehearsals } from '#lib/rehearsal/remove-left.ts';
import {
	approvedChange,
	type BundleInput,
	execute,
	executeToEnd,
	expectOk,
	type FiledChange,
	fileChange,
	runToEnd,
	sign,
	signAll,
	targetsOf,
} from '#tests/support/change.ts';
import { askToRehearse, beginRehearsal, leftOfRehearsals, readRehearsed, type SeenRehearsal } from '#tests/support/rehearse.ts';
import { sharedSetting } from '#tests/support/shared-setting.ts';
import { query, until } from '#tests/support/sql.ts';

const setting = sharedSetting();

function ask(change: FiledChange): Promise<string> {
	return askToRehearse(setting, change);
}

function begin(): Promise<boolean> {
	return beginRehearsal(setting);
}

function seen(id: string): Promise<SeenRehearsal> {
	return readRehearsed(setting, id);
}

async function rehearse(bundle: BundleInput): Promise<SeenRehearsal> {
	const id = await ask(await fileChange(setting, bundle));
	expect(await begin()).toBe(true);
	return seen(id);
}

function leftOver() {
	return leftOfRehearsals(setting);
}

describe('a rehearsal', () => {
	test('applies the bundle to a restored backup and tells locks, rows, catalog and checks; the live database stays as it is', async () => {
		const before = await setting.place.fingerprint();
		const { status, report, failure } = await rehearse({
			files: {
				'1.sql': `alter table eng.teams add column motto text;\ndelete from eng.decision_log where false;\ncreate table eng.rehearsed (id int primary key);\ninsert into eng.rehearsed select generate_series(1, 7);`,
			},
			manifest: {
				verifications: [{ name: 'seven rows', sql: 'select count(*) from eng.rehearsed', expect: { value: '7' } }],
				smokeTests: [{ name: 'teams can be read', role: 'ehg_app', sql: 'select motto from eng.teams limit 0', expect: { rows: 0 } }],
			},
		});
		expect(failure).toBeNull();
		expect(status).toBe('passed');
		expect(report.transaction).toMatchObject({ committed: true, shared: [], statements: 4 });
		expect(report.locks.find(({ relation }) => relation === 'eng.teams')).toMatchObject({
			mode: 'AccessExclusiveLock',
			statement: 1,
			file: '1.sql',
			line: 1,
		});
		expect(report.catalog.find(({ kind, name }) => kind === 'table' && name === 'eng.rehearsed')).toMatchObject({
			what: 'added',
			is: 'CREATE TABLE eng.rehearsed (\n    id integer NOT NULL\n);\nALTER TABLE eng.rehearsed OWNER TO ehg_owner;',
		});
		expect(report.rows).toContainEqual({ table: 'eng.rehearsed', before: null, after: 7 });
		expect(report.checks.map(({ part, name, passed }) => [part, name, passed])).toEqual([
			['transaction', 'seven rows', true],
			['transaction', 'teams can be read', true],
			['smoke tests', 'teams can be read', true],
		]);
		expect(report.statements.map(({ rows }) => rows)).toEqual([null, 0, null, 7]);
		expect(report.restoreAgain).not.toBeNull();
		expect(await setting.place.fingerprint()).toBe(before);
		expect(await setting.place.sql(`select to_regclass('eng.rehearsed') as made`)).toEqual([{ made: null }]);
		expect(await leftOver()).toEqual([]);
	});

	test('that fails says where and why, keeps what it saw, and leaves nothing', async () => {
		const { status, failure, report } = await rehearse({
			files: {
				'1.sql': 'create table eng.a (id int);\n',
				'2.sql': 'alter table eng.teams add column id2 int;\ncreate unique index on eng.ideas ((1));',
			},
		});
		expect(status).toBe('failed');
		expect(failure).toMatchObject({ code: 'sql_error', part: 'transaction', file: '2.sql' });
		expect(report.locks.map(({ relation }) => relation)).toContain('eng.teams');
		expect(report.restoreAgain).toBeNull();
		expect(await leftOver()).toEqual([]);
	});

	test('of a revision whose target has changed since it was filed says what has', async () => {
		const change = await fileChange(setting, { files: { '1.sql': 'create table eng.on_old_ground (id int);' } });
		await setting.place.sql('create table eng.drifted ()');
		const id = await ask(change);
		await begin();
		await setting.place.sql('drop table eng.drifted');
		const { status, failure } = await seen(id);
		expect(status).toBe('failed');
		expect(failure).toMatchObject({
			code: 'baseline_differs',
			part: 'backup',
			message: expect.stringContaining('table eng.drifted is new'),
		});
	});

	test('rolls back what the whole server would share, and says so', async () => {
		const { status, report, failure } = await rehearse({
			files: { '1.sql': `alter role ehg_owner set work_mem = '5MB';\ncreate table eng.beside (id int);` },
		});
		expect(failure).toBeNull();
		expect(status).toBe('passed');
		expect(report.transaction).toMatchObject({ committed: false, shared: ['roles', 'settings of roles and databases'] });
		expect(await setting.place.sql(`select rolconfig as set from pg_roles where rolname = 'ehg_owner'`)).toEqual([{ set: null }]);
	});

	test('where the target asks for one, nobody signs before it has passed; filing asks for it', async () => {
		const strict = {
			console: setting.console,
			target: setting.place.define((definition) => Object.assign(definition, { rehearsal: { starts: 'when_filed', required: true } })),
		};
		const change = await fileChange(strict, { files: { '1.sql': 'create table eng.seen_first (id int);' } });
		const early = await sign(strict, change, { seat: 'dba' });
		expect(early.ok ? '' : early.refusal.message).toMatch(/has not ended yet: on ehg nobody signs what was not rehearsed/);
		expect(await begin()).toBe(true);
		expectOk(await sign(strict, change, { seat: 'dba' }));
	});

	test('holds production to what was seen, where the target asks for one: the same change is committed, another is rolled back', async () => {
		const strict = {
			console: setting.console,
			target: setting.place.define((definition) => Object.assign(definition, { rehearsal: { required: true } })),
		};
		await setting.place.sql('create table eng.deciding (id int primary key); alter table eng.deciding owner to ehg_owner');
		const bundle = (table: string) => ({
			files: {
				'1.sql': `do $$ begin if exists (select from eng.deciding) then create table eng.surprise (); end if; end $$;\ncreate table eng.${table} ();`,
			},
		});
		for (const [table, meanwhile, outcome] of [
			['as_seen', 'select 1', null],
			['otherwise', 'insert into eng.deciding values (1)', 'not_as_rehearsed'],
		] as const) {
			const change = await fileChange(strict, bundle(table));
			await ask(change);
			await begin();
			await signAll(strict, change);
			expectOk(await standBy({ store: strict.console.store, actor: await strict.console.actor('olga'), changeId: change.changeId }));
			await setting.place.sql(meanwhile);
			const run = await executeToEnd(strict, change);
			expect(run.failure?.code ?? null).toBe(outcome);
			if (outcome) expect(run.failure?.message).toContain('here it added table eng.surprise, there it did not');
		}
		expect(
			await setting.place.sql(`select to_regclass('eng.surprise') as surprise, to_regclass('eng.as_seen') is not null as seen`),
		).toEqual([{ surprise: null, seen: 't' }]);
	});

	test('tells the window gate how long the change takes: one that has no room for that is not begun', async () => {
		const long = (window: unknown) => ({
			console: setting.console,
			target: setting.place.define((definition) => Object.assign(definition, { rehearsal: { margin: 100 }, window })),
		});
		const [from, to] = [new Date(Date.now() - 60_000), new Date(Date.now() + 240_000)].map((at) => at.toISOString());
		const closesSoon = long({ once: [{ from, to }] });
		const files = { '1.sql': 'select pg_sleep(3);' };
		const rehearsed = await fileChange(closesSoon, { files });
		await ask(rehearsed);
		await begin();
		for (const [change, code] of [
			[rehearsed, 'window_too_short'],
			[await fileChange(closesSoon, { files: { '1.sql': 'select 1;' } }), null],
		] as const) {
			await signAll(closesSoon, change);
			expectOk(await standBy({ store: setting.console.store, actor: await setting.console.actor('olga'), changeId: change.changeId }));
			const run = await executeToEnd(closesSoon, change);
			expect(run.failure?.code ?? null).toBe(code);
			if (code) expect(run.failure?.message).toMatch(/what is to come may need \d+ s by the times of its rehearsal, and a restore 1 s/);
		}
	});

	test('is refused where a statement, a check or the login could act beyond the copy: nobody has signed it', async () => {
		const victim = await setting.place.session();
		const [{ pid } = { pid: '' }] = (await victim.query('select pg_backend_pid() as pid')).rows;
		for (const bundle of [
			{ files: { '1.sql': `select 1;\nselect pg_terminate_backend(${pid});` } },
			{
				files: { '1.sql': 'select 1' },
				manifest: { verifications: [{ name: 'v', sql: `select pg_terminate_backend(${pid})`, expect: { rows: 1 } }] },
			},
		])
			expect(await rehearse(bundle)).toMatchObject({ status: 'failed', failure: { code: 'rehearsal_not_safe' }, report: { backup: null } });
		expect((await victim.query('select 1 as alive')).rows).toHaveLength(1);
		await victim.end();
		for (const [give, take] of [
			['grant pg_signal_backend to countersign_run', 'revoke pg_signal_backend from countersign_run'],
			['alter role countersign_run superuser', 'alter role countersign_run nosuperuser'],
		] as const) {
			await setting.place.sql(give);
			try {
				expect(await rehearse({ files: { '1.sql': 'select 2' } })).toMatchObject({
					failure: { code: 'rehearsal_not_safe' },
					report: { backup: null },
				});
			} finally {
				await setting.place.sql(take);
			}
		}
	});

	test('lets no role call what reaches out of the copy, whoever was granted it', async () => {
		// Only a superuser's restore brings such an extension back.
		await setting.place.sql(
			'alter role countersign_restore superuser; create extension dblink; grant execute on function dblink(text, text) to ehg_owner',
		);
		try {
			const { failure } = await rehearse({
				files: { '1.sql': `do $$ begin perform * from public.dblink('dbname=postgres', 'select 1') as t (x int); end $$` },
			});
			expect(failure).toMatchObject({ code: 'sql_error', sqlstate: '42501', part: 'transaction' });
		} finally {
			await setting.place.sql('drop extension dblink; alter role countersign_restore nosuperuser');
		}
	});

	test('ends where the copy grows beyond the budget, where it takes too long, and where its target is no longer defined', async () => {
		const [{ bytes } = { bytes: '0' }] = await setting.place.sql('select pg_database_size(current_database()) as bytes');
		const small = {
			console: setting.console,
			target: setting.place.define((definition) =>
				Object.assign(definition, { rehearsal: { maxDatabaseBytes: Number(bytes) + 20_000_000 } }),
			),
		};
		const files = {
			'1.sql': 'create table eng.huge as select repeat(md5(i::text), 20) as x from generate_series(1, 200000) i;\nselect pg_sleep(30);',
		};
		const big = await ask(await fileChange(small, { files }));
		const { store } = setting.console;
		await rehearseNext({ store, targets: targetsOf(small.target), signal: new AbortController().signal });
		expect(await seen(big)).toMatchObject({ status: 'failed', failure: { code: 'rehearsal_too_large', part: 'transaction' } });
		const short = {
			console: setting.console,
			target: setting.place.define((definition) => Object.assign(definition, { rehearsal: { maxDuration: '1s' } })),
		};
		const long = await ask(await fileChange(short, { files: { '1.sql': 'select pg_sleep(30);' } }));
		await beginRehearsal(short);
		const { failure } = await seen(long);
		expect(failure).toMatchObject({
			code: 'rehearsal_too_long',
			message: expect.stringContaining('took longer than 1 s, which is as long'),
		});
		const gone = await ask(await fileChange(setting, { files: { '1.sql': 'select 3' } }));
		await rehearseNext({ store, targets: targetsOf(), signal: new AbortController().signal });
		expect(await seen(gone)).toMatchObject({ status: 'failed', failure: { part: 'backup' }, report: { backup: null } });
		expect(await leftOver()).toEqual([]);
	});

	test('whose copy could not be dropped has it dropped when a worker starts; one of nobody known stays', async () => {
		const { id } = await rehearse({ files: { '1.sql': 'create table eng.left_over (id int);' } });
		const [its, unknown] = [rehearsalNames(id).copy, 'countersign_rehearsal_0123456789ab'];
		for (const name of [its, unknown]) await query(setting.place.urlOf('postgres'), `create database ${name} owner countersign_restore`);
		const { store } = setting.console;
		await removeLeftRehearsals({ store, target: setting.target });
		expect(await leftOver()).toEqual([{ datname: unknown }]);
		await query(setting.place.urlOf('postgres'), `drop database ${unknown}`);
	});

	test('gives way to a run on its target, and begins again after it', async () => {
		const waiting = await ask(await fileChange(setting, { files: { '1.sql': 'create table eng.later (id int);\nselect pg_sleep(20);' } }));
		const change = await approvedChange(setting, { files: { '1.sql': 'create table eng.first (id int);' } });
		const rehearsing = begin();
		await until('the rehearsal is applying', async () => {
			const rows = await setting.place.sql(
				`select 1 from pg_stat_activity where application_name like 'countersign rehearse%' and query like '%pg_sleep%' and state = 'active'`,
			);
			return rows.length > 0;
		});
		const { runId } = expectOk(await execute(setting, change));
		expect((await runToEnd(setting, runId)).status).toBe('succeeded');
		await rehearsing;
		expect((await seen(waiting)).status).toBe('queued');
		expect(await leftOver()).toEqual([]);
		expect(
			await setting.console.sql('select kind from record_entry where kind like $1 order by seq desc limit 1', ['rehearsal.%']),
		).toEqual([{ kind: 'rehearsal.interrupted' }]);
	});
});
