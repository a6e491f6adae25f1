import { describe, expect, test } from 'vitest';
import { closeTarget, connectTarget } from '#lib/postgres/connection/connect.ts';
import { type BundleInput, runBundle } from '#tests/support/change.ts';
import { sharedSetting } from '#tests/support/shared-setting.ts';
import { query } from '#tests/support/sql.ts';

const setting = sharedSetting();

const run = (bundle: BundleInput) => runBundle(setting, bundle);
const sql = (text: string): BundleInput => ({ files: { '1.sql': text } });

describe('a session of ours', () => {
	test.each([
		['idle_session_timeout', '1s', '0'],
		['statement_timeout', '1s', '0'],
		['lock_timeout', '1s', '0'],
		['idle_in_transaction_session_timeout', '1s', '0'],
		['default_transaction_read_only', 'on', 'off'],
		['default_transaction_isolation', 'serializable', 'read committed'],
		['row_security', 'off', 'on'],
		['client_min_messages', 'error', 'notice'],
		['synchronous_commit', 'off', 'on'],
		['synchronous_commit', 'remote_apply', 'remote_apply'],
		['role', 'analyst_ro', 'none'],
	])('has %s of its own where the database says %s', async (name, theirs, ours) => {
		await query(setting.place.urlOf('postgres'), `alter database ${setting.place.database} set ${name} = '${theirs}'`);
		try {
			const client = await connectTarget({ target: setting.target, login: 'run' });
			const { rows } = await client.query(`select current_setting('${name}') as value`);
			await closeTarget(client);
			expect(rows).toEqual([{ value: ours }]);
		} finally {
			await query(setting.place.urlOf('postgres'), `alter database ${setting.place.database} reset ${name}`);
		}
	});
});

test('a database with a role of its own is backed up, restored and changed by the logins all the same', async () => {
	const { database } = setting.place;
	await query(setting.place.urlOf('postgres'), `alter database ${database} set role = 'ehg_owner'`);
	try {
		const proving = { ...setting, target: setting.place.define((d) => Object.assign(d, { wayBack: 'scratch_restore' })) };
		const ended = await runBundle(proving, sql('create table eng.by_owner (id int)'));
		expect(ended.failure).toBeNull();
		expect(await setting.place.sql(`select tableowner::text from pg_tables where tablename = 'by_owner'`)).toEqual([
			{ tableowner: 'ehg_owner' },
		]);
	} finally {
		await query(setting.place.urlOf('postgres'), `alter database ${database} reset role`);
		await setting.place.sql('drop table if exists eng.by_owner');
	}
});

describe('the settings of a bundle', () => {
	test('end with it: its verifications and smoke tests see what the application will', async () => {
		const bundle: BundleInput = {
			files: {
				'1.sql':
					"set timezone = 'Asia/Tokyo'; set local datestyle = 'German'; set row_security = off; set extra_float_digits = -10; select 1",
			},
			manifest: {
				verifications: [{ name: 'time zone', sql: 'show timezone', expect: { value: 'UTC' } }],
				smokeTests: ['timezone UTC', 'datestyle ISO, MDY', 'row_security on', 'extra_float_digits 1'].map((pair) => {
					const [name = '', ...value] = pair.split(' ');
					return { name, role: 'ehg_app', sql: `show ${name}`, expect: { value: value.join(' ') } };
				}),
			} as never,
		};
		expect((await run(bundle)).failure).toBeNull();
	});

	test.each(['synchronous_commit = off', 'client_min_messages = error', 'idle_session_timeout = 100'])(
		'that the run decides about are caught where filing could not see them: %s',
		async (set) => {
			const ended = await run(sql(`do $$ begin execute 's' || 'et ${set}'; end $$`));
			expect(ended.failure).toMatchObject({ code: 'session_changed', message: expect.stringContaining(set.split(' ')[0] ?? '') });
		},
	);

	test('and a session emptied of its prepared statements is told as that', async () => {
		const ended = await run(sql("do $$ begin execute 'deall' || 'ocate all'; end $$; select 1"));
		expect(ended.failure).toMatchObject({
			code: 'session_changed',
			message: expect.stringContaining('prepared statements'),
			file: '1.sql',
		});
	});
});

test('an error inside a function tells its context, its query and what it was about', async () => {
	const ended = await run(
		sql("create table eng.a (id int);\ndo $$\nbegin\n  execute 'insert into eng.a (id, nme) values (1, 2)';\nend $$;"),
	);
	expect(ended.failure).toMatchObject({
		sqlstate: '42703',
		context: expect.stringContaining('line 3 at EXECUTE'),
		internalQuery: expect.stringMatching(/nme.*\n {23}\^/),
	});
});

test('a failed constraint is named with its table', async () => {
	const ended = await run(sql('create table eng.b (id int constraint positive check (id > 0)); insert into eng.b values (-1)'));
	expect(ended.failure).toMatchObject({ sqlstate: '23514', object: 'schema eng, table b, constraint positive' });
});

test('a flood of notices is kept in part, and the rest counted', async () => {
	const ended = await run(sql("do $$ begin for i in 1..5000 loop raise notice '%', repeat('x', 5000); end loop; end $$; select 1"));
	expect(ended.failure).toBeNull();
	const notices = await setting.console.sql<{ message: string }>(
		`select data->>'message' as message from journal_entry where run_id = '${ended.runId}' and step = 'transaction' and phase = 'notice' order by seq`,
	);
	expect(notices).toHaveLength(101);
	expect(notices.at(-1)?.message).toBe('4,900 more messages of this statement not shown');
	expect(Math.max(...notices.map(({ message }) => message.length))).toBeLessThan(2_100);
});

test('a result of a gigabyte is counted and not kept', async () => {
	const before = process.memoryUsage().rss;
	let most = 0;
	const watching = setInterval(() => {
		most = Math.max(most, process.memoryUsage().rss);
	}, 20);
	const ended = await run({
		...sql("select g, repeat('x', 2000) from generate_series(1, 500000) g"),
		manifest: {
			smokeTests: [
				{ name: 'many', role: 'ehg_app', sql: "select repeat('x', 2000) from generate_series(1, 100000)", expect: { rows: 100_000 } },
			],
		} as never,
	});
	clearInterval(watching);
	expect(ended.failure).toBeNull();
	expect(most - before).toBeLessThan(400 * 1024 * 1024);
});
