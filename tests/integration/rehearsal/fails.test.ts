import { readdir, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { standBy } from '#lib/change/stand-by.ts';
import type { PartBegun } from '#lib/domain/rehearsed/parts.ts';
import { planChanges } from '#lib/domain/rehearsed/query-plan.ts';
import { reveals } from '#lib/domain/rehearsed/visible.ts';
import { rehearsalFolder } from '#lib/rehearsal/backup/take-backup.ts';
import { stopRehearsal } from '#lib/rehearsal/stop-rehearsal.ts';
import { approvedChange, executeToEnd, expectOk, fileChange, type Setting, signAll } from '#tests/support/change.ts';
import { pauseBeforePart } from '#tests/support/pause.ts';
import { askToRehearse, rehearse, rehearseIt } from '#tests/support/rehearse.ts';
import { sharedSetting } from '#tests/support/shared-setting.ts';
import { openSession, until } from '#tests/support/sql.ts';

const shared = sharedSetting();

/** With three readers: a role, the same with what the application sets in its session, and one who may do nothing in eng. */
function setting(rehearsal: Record<string, unknown> = {}): Setting {
	const readers = [
		{ role: 'analyst_ro' },
		{ name: 'the second team', role: 'ehg_app', settings: { 'app.team': '2' } },
		{ role: 'vh_reader' },
	];
	const target = shared.place.define((definition) => Object.assign(definition, { rehearsal: { readers, ...rehearsal } }));
	return { console: shared.console, target };
}

const at = (file: string, sql: string) => ({ files: { 'first.sql': 'select 1;\n', [file]: sql } });

test('a unique index on data that is there twice names the rows, the line and the statement', async () => {
	const { status, failure } = await rehearse(
		setting(),
		at('unique.sql', '-- one decision a person\nselect 1;\ncreate unique index on eng.decision_log_2024 (decided_by);'),
	);
	expect(status).toBe('failed');
	expect(failure).toMatchObject({ part: 'transaction', code: 'sql_error', sqlstate: '23505', file: 'unique.sql', line: 3 });
	expect(failure?.detail).toMatch(/Key \(decided_by\)=\(.+\) is duplicated/);
});

test('a statement that cannot be says where, with a caret', async () => {
	const { failure } = await rehearse(setting(), at('column.sql', 'update eng.teams\n   set motto = 1 where id = 1;'));
	expect(failure).toMatchObject({ sqlstate: '42703', file: 'column.sql', line: 2, caret: '   set motto = 1 where id = 1\n       ^' });
});

test('a constraint that is checked at the end fails before COMMIT, by its name', async () => {
	const { failure } = await rehearse(
		setting(),
		at(
			'late.sql',
			`create table eng.late (team int references eng.teams deferrable initially deferred);\ninsert into eng.late values (-1);`,
		),
	);
	expect(failure).toMatchObject({ part: 'transaction', code: 'deferred_constraint', sqlstate: '23503' });
	expect(failure?.object).toContain('late_team_fkey');
});

test('what would keep the console out after COMMIT is seen before anybody signs', async () => {
	const { status, failure } = await rehearse(
		setting(),
		at('out.sql', `do $$ begin execute format('revoke connect on database %I from countersign_run, public', current_database()); end $$;`),
	);
	expect(status).toBe('failed');
	expect(failure).toMatchObject({ part: 'transaction', code: 'console_locked_out' });
	expect(failure?.message).toMatch(/countersign_run could not connect to/);
});

test('a view over a table that its reader was not granted fails as that reader, in the smoke test that the manifest names', async () => {
	const { failure, report } = await rehearse(setting(), {
		files: {
			'1.sql':
				'create view eng.log with (security_invoker) as select decision from eng.decision_log;\ngrant select on eng.log to analyst_ro;',
		},
		manifest: { smokeTests: [{ name: 'the log reads', role: 'analyst_ro', sql: 'select 1 from eng.log limit 1', expect: { rows: 1 } }] },
	});
	expect(failure).toMatchObject({ part: 'transaction', code: 'smoke_test_failed', statement: 'select 1 from eng.log limit 1' });
	expect(failure?.message).toContain('permission denied for table decision_log');
	expect(report.checks).toMatchObject([{ name: 'the log reads', role: 'analyst_ro', passed: false }]);
});

test('a policy that leaks one row fails at its line, with reader and table; named in the manifest it passes and still shows', async () => {
	const [{ id } = { id: '' }] = await shared.place.sql(
		`select min(id)::text as id from eng.directives_sensitive where classification = 'secret'`,
	);
	const files = {
		'1.sql': `select 1;\ncreate policy one_more on eng.directives_sensitive for select to analyst_ro\n  using (id = ${id});`,
	};
	const { status, failure, report } = await rehearse(setting(), { files });
	expect(status).toBe('failed');
	expect(failure).toMatchObject({
		part: 'transaction',
		code: 'rows_revealed',
		message: 'analyst_ro now sees 1 row of eng.directives_sensitive that it did not see before.',
		file: '1.sql',
		line: 2,
		column: 31,
	});
	expect(failure?.caret?.split('\n')[1]).toBe(`${' '.repeat(30)}^`);
	expect(report.visible?.[0]).toMatchObject({
		reader: 'analyst_ro',
		relation: 'eng.directives_sensitive',
		gained: 1,
		revealed: 1,
		lost: 0,
	});
	expect(report.visible?.filter(reveals)).toHaveLength(1);
	const meant = await rehearse(setting(), {
		files,
		manifest: { reveals: [{ reader: 'analyst_ro', relation: 'eng.directives_sensitive' }] },
	});
	expect(meant.failure).toBeNull();
	expect(meant.report.visible?.[0]).toMatchObject({ relation: 'eng.directives_sensitive', revealed: 1, isMeant: true });
});

test('readers are looked at as they are: with their settings, with what is denied as such, and rows of the change are no leak', async () => {
	const { failure, report } = await rehearse(setting(), {
		files: {
			'1.sql': `insert into eng.teams (name, mandate) values ('Harbour', 'Ships');
alter table eng.teams enable row level security;
create policy own on eng.teams for select to ehg_app using (id::text = current_setting('app.team', true));
create policy everybody on eng.teams for select to analyst_ro using (true);
create view eng.open_teams as select name from eng.teams;
grant usage on schema eng to vh_reader;
grant select on eng.open_teams to vh_reader;`,
		},
	});
	expect(failure).toBeNull();
	const seen = (reader: string, relation: string) => report.visible?.find((one) => one.reader === reader && one.relation === relation);
	const [{ teams } = { teams: '' }] = await shared.place.sql('select count(*) as teams from eng.teams');
	const before = Number(teams);
	expect(seen('analyst_ro', 'eng.teams')).toMatchObject({
		before: { rows: before, more: false },
		after: { rows: before + 1, more: false },
		gained: 1,
		revealed: 0,
		lost: 0,
	});
	expect(seen('the second team', 'eng.teams')).toMatchObject({ after: { rows: 1, more: false }, gained: 0, lost: before - 1 });
	expect(seen('vh_reader', 'eng.open_teams')).toMatchObject({ before: 'absent', after: { rows: before + 1, more: false }, revealed: 0 });
	expect(seen('vh_reader', 'eng.teams')).toBeUndefined();
	expect(seen('analyst_ro', 'views.eng_governance_summary')).toMatchObject({ gained: expect.any(Number) });
});

test('a backup of which the end is missing fails at the restore and says so', async () => {
	const id = await askToRehearse(setting(), await fileChange(setting(), at('1.sql', 'select 2;')));
	const pause = await pauseBeforePart(shared.console, 'restore');
	const rehearsing = rehearseIt(setting(), id);
	await pause.reached();
	const folder = rehearsalFolder(shared.place.backupFolder, id);
	const files = (await readdir(folder)).filter((name) => name.includes('.dat'));
	const sizes = await Promise.all(files.map(async (name) => ({ path: join(folder, name), bytes: (await stat(join(folder, name))).size })));
	const [biggest] = sizes.toSorted((a, b) => b.bytes - a.bytes);
	if (!biggest) throw new Error('the dump has no data');
	await truncate(biggest.path, Math.floor(biggest.bytes / 2));
	await pause.release();
	const { status, failure, report } = await rehearsing;
	expect(status).toBe('failed');
	expect(failure).toMatchObject({ part: 'restore', code: 'way_back_failed' });
	expect(report.restore).toBeNull();
});

test('what others alter between the last signature and the run is named: column, grant, policy and function', async () => {
	const change = await approvedChange(setting(), { files: { '1.sql': 'create table eng.not_reached (id int);' } });
	await shared.place.sql(`alter table eng.teams add column motto text;
		grant update on eng.teams to analyst_ro;
		create policy drifted on eng.directives_sensitive for select to vh_reader using (false);
		create or replace function eng.touch_updated_at() returns trigger language plpgsql as 'begin new.updated_at := now(); return new; end'`);
	const { failure, status } = await executeToEnd(setting(), change);
	await shared.place.sql(`alter table eng.teams drop column motto; revoke update on eng.teams from analyst_ro;
		drop policy drifted on eng.directives_sensitive`);
	expect(status).toBe('rolled_back');
	expect(failure?.code).toBe('baseline_differs');
	for (const words of ['eng.teams.motto is new', 'table eng.teams was altered', 'drifted', 'function eng.touch_updated_at() was altered'])
		expect(failure?.message).toContain(words);
});

test('a lock that the rehearsal did not show is rolled back in production', async () => {
	const strict = setting({ required: true, readers: [] });
	await shared.place.sql('create table eng.switch (on_ boolean); alter table eng.switch owner to ehg_owner');
	const change = await fileChange(strict, {
		files: {
			'1.sql': `do $$ begin if exists (select from eng.switch) then lock table eng.teams in exclusive mode; end if; end $$;\nselect 1;`,
		},
	});
	expect((await rehearseIt(strict, await askToRehearse(strict, change))).status).toBe('passed');
	await signAll(strict, change);
	expectOk(await standBy({ store: strict.console.store, actor: await strict.console.actor('olga'), changeId: change.changeId }));
	await shared.place.sql('insert into eng.switch values (true)');
	const { failure, status } = await executeToEnd(strict, change);
	expect(status).toBe('rolled_back');
	expect(failure).toMatchObject({ code: 'not_as_rehearsed', message: expect.stringContaining('here it blocks writes of eng.teams') });
});

test('a query of the target that loses its index, or its column, is told with both plans; none is run', async () => {
	const queries = [
		{ name: 'a team by its name', role: 'ehg_app', sql: 'select mandate from eng.teams where name = $1', parameters: ['Harbour'] },
		{
			name: 'decisions of one',
			role: 'ehg_app',
			sql: 'select * from eng.decision_log_2024 where id = $1',
			parameters: [5],
		},
		{ name: 'not for them', role: 'vh_reader', sql: 'select * from eng.teams' },
		{ name: 'slow if it ran', role: 'ehg_app', sql: 'select pg_sleep(600)' },
	];
	const { failure, report } = await rehearse(setting({ readers: [], queries }), {
		files: {
			'1.sql': 'alter table eng.teams rename column mandate to purpose;\nalter table eng.decision_log drop constraint decision_log_pkey;',
		},
	});
	expect(failure).toBeNull();
	expect(report.visible).toBeNull();
	const changes = Object.fromEntries((report.plans ?? []).map((query) => [query.name, planChanges(query)]));
	expect(changes['a team by its name']).toEqual([
		{ words: expect.stringContaining('no longer runs: column "mandate" does not exist'), isWorse: true },
	]);
	expect(changes['decisions of one']?.[0]).toEqual({
		words: 'eng.decision_log_2024 is read as a whole, before by decision_log_2024_pkey',
		isWorse: true,
	});
	expect(changes['not for them']).toEqual([]);
	expect(report.plans?.[1]?.before).toMatchObject({
		lines: [expect.stringContaining('Index Scan using decision_log_2024_pkey on eng.decision_log_2024'), expect.anything()],
	});
	expect(report.plans?.[2]?.before).toEqual({ error: expect.stringContaining('permission denied') });
});

test('a query that is run is measured before and with the change: pages and rows tell what is worse, one that writes is not run', async () => {
	const made = 'eng.measured';
	await shared.place.sql(
		`create table ${made} as select i as id, repeat('x', 200) as note from generate_series(1, 5000) i;
		 create index measured_id on ${made} (id); alter table ${made} owner to ehg_owner; grant select, delete on ${made} to ehg_app`,
	);
	const named = (name: string, sql: string) => ({ name, role: 'ehg_app', sql, parameters: [7], analyze: true });
	const queries = [
		named('by its number', `select note from ${made} where id = $1`),
		named('writes', `delete from ${made} where id = $1`),
		{ ...named('only planned', `select note from ${made} where id = $1`), analyze: false },
	];
	const { failure, report } = await rehearse(setting({ readers: [], queries }), { files: { '1.sql': 'drop index eng.measured_id;' } });
	expect(failure).toBeNull();
	const [measured, writes, planned] = report.plans ?? [];
	expect(measured?.before).toMatchObject({ measured: { rows: 1, rowsRead: 1 } });
	expect(measured?.after).toMatchObject({
		measured: { rows: 1, rowsRead: 5000 },
		lines: [expect.stringMatching(/measured: 1 rows, 4999 left out/), expect.anything()],
	});
	expect(measured && planChanges(measured)).toEqual([
		{ words: expect.stringMatching(/^reads \d+ pages, before \d+$/), isWorse: true },
		{ words: 'reads 5,000 rows, before 1', isWorse: true },
		{ words: 'eng.measured is read as a whole, before by measured_id', isWorse: false },
	]);
	expect(writes?.after).toMatchObject({ notMeasured: 'it writes, and here queries may only read' });
	expect(planned?.after).not.toHaveProperty('measured');
	expect(await shared.place.sql(`select count(*) as rows from ${made}`)).toEqual([{ rows: '5000' }]);
	await shared.place.sql(`drop table ${made}`);
});

test('one that is stopped ends within seconds, says by whom and leaves nothing; one that waits ends at once', async () => {
	const change = await fileChange(setting(), at('slow.sql', 'select pg_sleep(100);'));
	const stop = async () =>
		expectOk(await stopRehearsal({ store: shared.console.store, actor: await shared.console.actor('dana'), changeId: change.changeId }));
	const waiting = await askToRehearse(setting(), change);
	await stop();
	expect(await shared.console.sql(`select status, failure ->> 'code' as code from rehearsal where id = $1`, [waiting])).toEqual([
		{ status: 'failed', code: 'rehearsal_stopped' },
	]);
	const id = await askToRehearse(setting(), change);
	const rehearsing = rehearseIt(setting(), id);
	await until('the rehearsal is applying', async () => {
		const rows = await shared.place.sql(
			`select 1 from pg_stat_activity where application_name like 'countersign rehearse%' and query like '%pg_sleep%' and state = 'active'`,
		);
		return rows.length > 0;
	});
	await stop();
	const { failure } = await rehearsing;
	expect(failure).toMatchObject({ code: 'rehearsal_stopped', part: 'transaction', message: 'Dana Brandt stopped this rehearsal.' });
	expect(await shared.place.sql(`select datname from pg_database where datname ~ '^countersign_rehears'`)).toEqual([]);
	const [{ parts } = { parts: '' }] = await shared.console.sql<{ parts: string }>('select parts from rehearsal where id = $1', [id]);
	expect((JSON.parse(parts) as PartBegun[]).map(({ part }) => part)).toEqual(['backup', 'restore', 'trial', 'transaction']);
});

test('each part of a rehearsal wakes the pages of its change', async () => {
	const listener = await openSession(shared.console.superuserUrl);
	const heard: (string | undefined)[] = [];
	listener.on('notification', ({ payload }) => heard.push(payload));
	await listener.query('listen countersign_record');
	const change = await fileChange(setting({ readers: [] }), at('quick.sql', 'select 3;'));
	const id = await askToRehearse(setting(), change);
	const [before] = await shared.console.sql('select count(*)::int as entries from record_entry where change_id = $1', [change.changeId]);
	expect((await rehearseIt(setting({ readers: [] }), id)).status).toBe('passed');
	const [after] = await shared.console.sql('select count(*)::int as entries from record_entry where change_id = $1', [change.changeId]);
	await listener.query('select 1');
	await listener.end();
	// Two entries of the record and six parts, beside the filing and the asking.
	expect(Number(after?.entries) - Number(before?.entries)).toBe(2);
	expect(heard.filter((payload) => payload === change.changeId).length).toBeGreaterThanOrEqual(8 + Number(before?.entries));
});

test('a reader whom the run’s login cannot become is told before anything is copied', async () => {
	const { failure, report } = await rehearse(setting({ readers: [{ role: 'nobody_here' }] }), at('1.sql', 'select 4;'));
	expect(failure).toMatchObject({ code: 'reader_not_usable', part: 'backup', message: expect.stringContaining('nobody_here') });
	expect(report.backup).toBeNull();
});
