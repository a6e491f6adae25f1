import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Target } from '#lib/domain/target/target.ts';
import { asRestored, printedOtherwise } from '#lib/postgres/catalog/as-restored.ts';
import { type CatalogEntry, diffCatalogs, readCatalog } from '#lib/postgres/catalog/fingerprint.ts';
import { startApplication, type TestApplication } from '#tests/support/application.ts';
import { runBundle } from '#tests/support/change.ts';
import { type Cluster, startCluster } from '#tests/support/cluster.ts';
import { openSession, query } from '#tests/support/sql.ts';
import { openTestConsole, type TestConsole } from '#tests/support/test-console.ts';
import { makeWholeDatabase } from './whole-database.ts';

let cluster: Cluster;
let application: TestApplication;
let console_: TestConsole;
let target: Target;
let live: CatalogEntry[];

beforeAll(async () => {
	cluster = await startCluster();
	application = await startApplication();
	await query(cluster.url('postgres'), 'create role app_owner superuser; create role ehg_app; create role analyst_ro');
	target = await makeWholeDatabase(cluster, application, 'expressions.sql');
	console_ = await openTestConsole();
	live = await catalogOf('venture');
}, 60_000);
afterAll(async () => {
	await console_?.close();
	await application?.close();
	await cluster?.destroy();
});

async function catalogOf(database: string): Promise<CatalogEntry[]> {
	const client = await openSession(cluster.url(database));
	return readCatalog(client).finally(() => client.end());
}

const setting = (wayBack: Target['wayBack']) => ({ console: console_, target: { ...target, wayBack } });
const manifest = { restore: 'automatic' };

describe('expressions that are printed otherwise after a restore', () => {
	test.each(['scratch_restore', 'attestation'] as const)(
		'are no difference, and are put back (%s)',
		async (wayBack) => {
			application.misbehave.set('GET health', 'fail');
			const run = await runBundle(setting(wayBack), { files: { 'change.sql': 'create table x.made (id int); drop view x.vv' }, manifest });
			application.misbehave.clear();
			expect(run).toMatchObject({ status: 'restored', truth: { kind: 'restored' } });
			const [row] = await query(cluster.url('venture'), `select to_regclass('x.made') as made, to_regclass('x.vv')::text as view`);
			expect(row).toEqual({ made: null, view: 'x.vv' });
			const after = await catalogOf('venture');
			expect(printedOtherwise(live, after).length).toBeGreaterThan(wayBack === 'scratch_restore' ? 50 : -1);
			expect(diffCatalogs(asRestored({ live, restored: after, again: after }), after)).toEqual({ added: [], removed: [], changed: [] });
			const told = await console_.sql(`select from journal_entry where run_id = $1 and data::text ~ 'whole cluster'`, [run.runId]);
			expect(told).toEqual([]);
		},
		120_000,
	);
});

describe('what means something else is a difference, whatever holds it', () => {
	test.each([
		[
			'rule "_RETURN" on x.v',
			'create or replace view x.v as select id, n * m + 1 as prod, case when n between 1 and 2 and a then 1 end as one from x.t where n between 1 and 2 and a and s in ($$a$$, $$b$$)',
		],
		[
			'rule r on x.t',
			'create or replace rule r as on update to x.t where old.n between 1 and 3 and old.a do also insert into x.t (id, a) values (new.id, new.n between 1 and 2 and new.a)',
		],
		[
			'constraint small_check on domain x.small',
			'alter domain x.small drop constraint small_check; alter domain x.small add constraint small_check check (value between 0 and 11 and value <> 5)',
		],
		[
			'constraint t_s_check1 on x.t',
			'alter table x.t drop constraint t_s_check1, add constraint t_s_check1 check (s in ($$x$$::varchar(2), $$y$$::varchar(3)))',
		],
		['column x.t.usual', 'alter table x.t alter usual set default 1 between 0 and 2'],
		['default x.code', 'alter domain x.code set default $$b$$'],
		['index x.ti', 'drop index x.ti; create index ti on x.t ((n between 1 and 2 and a)) where n between 1 and 2 and s in ($$a$$, $$b$$)'],
		['policy pol on x.t', 'alter policy pol on x.t using (n between 1 and 2)'],
		[
			'trigger tr on x.t',
			'create or replace trigger tr before update on x.t for each row when (old.n between 1 and 2 or new.a and new.s in ($$a$$, $$b$$)) execute function x.trg()',
		],
		['statistics x.st', 'drop statistics x.st; create statistics x.st on (n between 1 and 2 or a), (v in ($$a$$, $$b$$)), n from x.t'],
		[
			'function x.ret(integer)',
			'create or replace function x.ret(i int) returns boolean language sql immutable return i between 1 and 2 and i >= 0',
		],
		[
			'procedure x.pr(integer)',
			'create or replace procedure x.pr(i int) language sql begin atomic update x.t set n = 1 where n between 1 and i and a; end',
		],
		['filter of publication pub on x.t', 'alter publication pub set table x.t where (id between 1 and 2 and (n > 0 or n = -1))'],
	])('%s', async (what, mutation) => {
		const copy = 'mutated';
		await query(cluster.url('postgres'), `create database ${copy} template venture`);
		try {
			const restored = await catalogOf(copy);
			await query(cluster.url(copy), mutation.replaceAll('$$', "'"));
			const mutated = await catalogOf(copy);
			const expected = asRestored({ live, restored: mutated, again: restored });
			expect(diffCatalogs(expected, mutated).changed.map(({ kind, name }) => `${kind} ${name}`)).toContain(what);
		} finally {
			await query(cluster.url('postgres'), `drop database ${copy} with (force)`);
		}
	});
});
