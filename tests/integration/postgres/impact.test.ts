import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FallsAsk } from '#lib/domain/impact.ts';
import { keyOfAsk } from '#lib/domain/impact.ts';
import type { Target } from '#lib/domain/target/target.ts';
import { readImpact } from '#lib/postgres/catalog/read-impact.ts';
import { type Cluster, startCluster } from '#tests/support/cluster.ts';
import { asSuperuser, makeRealisticDatabase, psql } from '#tests/support/realistic-database.ts';

let cluster: Cluster;
let target: Target;

beforeAll(async () => {
	cluster = await startCluster();
	target = await makeRealisticDatabase(cluster, 'impact');
	await psql(
		cluster,
		'impact',
		`create schema f;
		 create type f.mood as enum ('good', 'bad');
		 create table f.a (id serial primary key, x int check (x > 0), m f.mood);
		 create index on f.a (x);
		 insert into f.a (x) select g from generate_series(1, 1000) g;
		 create table f.b (a int references f.a on delete cascade);
		 create table f.c (a int references f.a);
		 create view f.v as select id, x from f.a;
		 create view f.w as select x from f.v;
		 create materialized view f.m as select count(*) from f.w;
		 create function f.t() returns trigger language plpgsql as 'begin return null; end';
		 create trigger t after insert on f.c execute function f.t();
		 create table f."P q" (id int) partition by range (id);
		 create table f.p1 partition of f."P q" for values from (0) to (10);
		 insert into f."P q" select 1 from generate_series(1, 50);
		 analyze f.a`,
	);
}, 120_000);
afterAll(() => cluster?.destroy());

async function falls(ask: Partial<FallsAsk> & { name: string }) {
	const full: FallsAsk = { by: 'drop_cascade', noun: 'table', column: null, ...ask };
	const { falls: found } = await readImpact(target, { relations: [], falls: [full], locked: [], reaching: [] }, { timeoutMs: 10_000 });
	const answer = found[keyOfAsk(full)];
	return answer?.missing ? 'missing' : answer?.names;
}

describe('what falls with a thing', () => {
	it.each<[what: string, ask: Partial<FallsAsk> & { name: string }, names: string[] | 'missing']>([
		[
			'views upon views and foreign keys of others, but not its own parts',
			{ name: 'f.a' },
			['materialized view f.m', 'view f.v', 'view f.w', 'constraint b_a_fkey on f.b', 'constraint c_a_fkey on f.c'],
		],
		[
			'a column: its index, its check and the views that read it',
			{ noun: 'column', name: 'f.a', column: 'x' },
			['materialized view f.m', 'view f.v', 'view f.w', 'constraint a_x_check on f.a', 'index f.a_x_idx'],
		],
		['without CASCADE nothing of others', { by: 'drop', name: 'f.b' }, []],
		['partitions go with their table, CASCADE or not', { by: 'drop', name: 'f."P q"' }, ['table f.p1']],
		['a type: the columns of that type', { noun: 'type', name: 'f.mood' }, ['table column f.a.m']],
		['a function: the triggers that call it', { noun: 'function', name: 'f.t' }, ['trigger t on f.c']],
		[
			'a constraint: the foreign keys that rest on it',
			{ noun: 'constraint', name: 'f.a', column: 'a_pkey' },
			['constraint b_a_fkey on f.b', 'constraint c_a_fkey on f.c', 'index f.a_pkey'],
		],
		['TRUNCATE … CASCADE: every table that refers to it', { by: 'truncate_cascade', name: 'f.a' }, ['table f.b', 'table f.c']],
		['TRUNCATE: nothing else', { by: 'truncate', name: 'f.a' }, []],
		['DELETE: what refers to it ON DELETE CASCADE', { by: 'delete', name: 'f.a' }, ['table f.b']],
		['what is not there is missing', { name: 'f.nowhere' }, 'missing'],
		['a role is not looked for', { noun: 'server', name: 'f' }, 'missing'],
	])('%s', async (_, ask, names) => {
		expect(await falls(ask)).toEqual(names);
	});

	it('a schema: all that is in it, the first by name and the rest by number', async () => {
		const ask: FallsAsk = { by: 'drop_cascade', noun: 'schema', name: 'f', column: null };
		const { falls: found } = await readImpact(target, { relations: [], falls: [ask], locked: [], reaching: [] }, { timeoutMs: 10_000 });
		const answer = found[keyOfAsk(ask)];
		expect(answer).toMatchObject({ missing: false, more: 0 });
		expect(answer && !answer.missing && answer.names).toEqual([
			'table f."P q"',
			'table f.a',
			'table f.b',
			'table f.c',
			'table f.p1',
			'materialized view f.m',
			'view f.v',
			'view f.w',
			'function f.t()',
			'type f.mood',
		]);
	});
});

it('tells rows and bytes, with partitions, and of what was never analyzed too', async () => {
	const names = ['f.a', 'f."P q"', 'f.nowhere'];
	const { sizes } = await readImpact(target, { relations: names, falls: [], locked: [], reaching: [] }, { timeoutMs: 10_000 });
	expect(sizes['f.a']?.rows).toBe(1_000);
	expect(sizes['f.a']?.bytes).toBeGreaterThan(40_000);
	expect(sizes['f."P q"']?.bytes).toBeGreaterThanOrEqual(8_192);
	expect(sizes['f.nowhere']).toBeNull();
});

it('waits for nobody’s lock, and leaves nothing behind', async () => {
	await asSuperuser(cluster, 'impact', async (other) => {
		await other.query('begin; lock table f.a in access exclusive mode');
		const asked = readImpact(target, { relations: ['f.a'], falls: [], locked: [], reaching: [] }, { timeoutMs: 10_000 });
		await expect(asked).rejects.toThrow(/lock timeout/);
		await other.query('rollback');
		const { rows } = await other.query(`select count(*)::int as n from pg_stat_activity where application_name = 'countersign reading'`);
		expect(rows[0]?.n).toBeLessThanOrEqual(1);
	});
});
