import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { bundleOf, runBundle, tryToFile } from '#tests/support/change.ts';
import { sharedSetting } from '#tests/support/shared-setting.ts';
import { query } from '#tests/support/sql.ts';

const setting = sharedSetting();
/** Who may alter roles, and nobody's login. */
const STEWARD = `steward_${process.pid}`;
const LOGINS = 'countersign_run, countersign_backup, countersign_restore';

/** As a DO block, whose text says nothing when it is filed. */
const bundle = (sql: string) => ({
	files: { '1.sql': `create table eng.made (id int); do $$ begin execute format('${sql}', current_database()); end $$` },
});
const run = (sql: string) => runBundle({ ...setting, target: asSuperuser() }, bundle(sql));
const asSuperuser = () => setting.place.define((d) => Object.assign(d.connection as object, { appliesAs: STEWARD }));

beforeAll(() => query(setting.place.urlOf('postgres'), `create role ${STEWARD} superuser; grant ${STEWARD} to countersign_run`));
afterAll(() => query(setting.place.urlOf('postgres'), `drop role ${STEWARD}`));
afterEach(() =>
	query(
		setting.place.urlOf('postgres'),
		`alter database ${setting.place.database} connection limit -1; alter database ${setting.place.database} reset all; grant connect on database ${setting.place.database} to ${LOGINS}, public;
		 grant pg_read_all_data, pg_monitor to countersign_backup; grant pg_signal_backend to countersign_restore;
		 alter role countersign_run login connection limit -1; alter role countersign_backup bypassrls valid until 'infinity'`,
	),
);

test.each([
	['alter database %I connection limit 0', 'would take 0 sessions at most'],
	['alter database %I connection limit 5', 'would take 5 sessions at most'],
	['revoke connect on database %I from public, countersign_run', 'countersign_run could not connect to ehg'],
	['alter role countersign_run nologin', 'countersign_run could not sign in'],
	['alter role countersign_run connection limit 1', 'countersign_run could have 1 session at most'],
	['alter role countersign_backup nobypassrls', 'countersign_backup would be subject to row-level security'],
	["alter role countersign_backup valid until ''2020-01-01''", 'countersign_backup could not sign in'],
	['revoke pg_monitor from countersign_backup', 'countersign_backup could not see what others do (pg_monitor)'],
	['revoke pg_read_all_data from countersign_backup', 'countersign_backup could not read every row (pg_read_all_data)'],
	["alter database %I set local_preload_libraries = ''nowhere''", 'every new session on ehg would load $libdir/plugins/nowhere'],
	['drop schema countersign cascade', 'nobody could tell whether it was committed: relation "countersign.marker" does not exist'],
	['truncate countersign.marker', 'the row of this run in countersign.marker is gone'],
	['truncate countersign.pending', 'the row of this run in countersign.pending is gone'],
	['revoke pg_signal_backend from countersign_restore', 'countersign_restore could not end sessions (pg_signal_backend)'],
])('what would keep the console out is rolled back before COMMIT: %s', async (sql, says) => {
	const ended = await run(sql);
	expect(ended).toMatchObject({
		status: 'rolled_back',
		truth: { kind: 'nothing_committed' },
		failure: { code: 'console_locked_out', message: expect.stringContaining(says) },
	});
	expect(await setting.place.sql("select to_regclass('eng.made') as made")).toEqual([{ made: null }]);
});

test.each([
	'alter database %I connection limit 500',
	'alter role countersign_run connection limit -1',
	'revoke connect on database %I from public',
	"alter database %I set session_preload_libraries = ''auto_explain''",
])('what leaves the console what it needs goes through: %s', async (sql) => {
	const ended = await run(sql);
	expect(ended.failure).toBeNull();
	expect(ended.status).toBe('succeeded');
	await setting.place.sql('drop table eng.made');
});

test.each([
	['connection limit 0', 'have 0 sessions at a time'],
	['connection limit 3', 'have 3 sessions at a time'],
])('a statement that sets a limit below what a run needs is refused when it is filed: %s', async (limit, says) => {
	const sql = `alter database "${setting.place.database}" ${limit}`;
	expect(await tryToFile(setting, bundleOf({ files: { '1.sql': sql } }))).toMatchObject({
		ok: false,
		refusal: { findings: [{ code: 'alters_login', severity: 'blocks', file: '1.sql', line: 1, message: expect.stringContaining(says) }] },
	});
});
