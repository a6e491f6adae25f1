import { afterAll, beforeAll, expect, test } from 'vitest';
import { splitBundle } from '#lib/bundle/split-bundle.ts';
import { BLOCKS_READS, BLOCKS_WRITES, isAtLeast, type LockMode } from '#lib/domain/rehearsed/rehearsal.ts';
import { readImpact } from '#lib/postgres/catalog/read-impact.ts';
import { closeTarget, connectTarget } from '#lib/postgres/connection/connect.ts';
import { readOwnLocks, readRelationNames } from '#lib/postgres/sessions/footprint.ts';
import { impactAsks } from '#lib/sql/plan/impact-asks.ts';
import { planInWords } from '#lib/sql/plan/plan-in-words.ts';
import { openTestTarget, type TestTarget } from '#tests/support/test-target.ts';

let place: TestTarget;

beforeAll(async () => {
	place = await openTestTarget();
	await place.sql(`create schema l; set search_path to l;
		create table parent (id int primary key, word text) partition by range (id);
		create table part partition of parent for values from (0) to (10);
		create table bare (id int, word text) partition by range (id); create table bare_part partition of bare for values from (0) to (10);
		create table loose (id int not null, word text);
		create table one (id int primary key, word text, n int check (n > 0)); create index one_word on one (word);
		create table two (id int primary key, one_id int);
		create table heir () inherits (one); create table alike (id int not null, word text, n int constraint one_n_check check (n > 0));
		create sequence free;
		create view seen as select id from one; create materialized view kept as select id from one; create unique index on kept (id);
		create function f() returns trigger language plpgsql as 'begin return new; end'; create trigger t before insert on two for each row execute function f();
		create policy p on two using (true); create rule r as on delete to two do nothing;`);
});
afterAll(() => place?.close());

/** Relations that keep others from writing or reading until COMMIT, as the SQL says and as PostgreSQL does. */
async function blocking(sql: string) {
	const target = place.define();
	const files = [{ path: '1.sql', bytes: Buffer.from(sql) }];
	const asks = impactAsks(await planInWords(files, target.connection.database));
	const { alsoLocked } = await readImpact(target, { ...asks, falls: [] }, { timeoutMs: 30_000 });
	const also = new Set(alsoLocked.map(({ name }) => name));
	const said = [...asks.locked.filter(({ name }) => !also.has(name)), ...alsoLocked].map(({ name, level }) => `${name} ${level}`);
	const session = await place.session();
	const looking = await connectTarget({ target, login: 'backup' });
	try {
		await session.query('begin');
		for (const { statement } of await splitBundle(files)) await session.query(statement.sql);
		const names = await readRelationNames(looking);
		const strongest = new Map<string, LockMode>();
		for (const { oid, mode } of await readOwnLocks(session as never)) {
			const name = names.get(Number(oid));
			if (name && isAtLeast(mode, BLOCKS_WRITES) && !isAtLeast(strongest.get(name) ?? 'AccessShareLock', mode)) strongest.set(name, mode);
		}
		const done = [...strongest].map(([name, mode]) => `${name} ${isAtLeast(mode, BLOCKS_READS) ? 'exclusive' : 'noWrites'}`);
		return { said: said.sort(), done: done.sort() };
	} finally {
		await session.end();
		await closeTarget(looking);
	}
}

// Of which table an index is, the SQL does not say; nor does it name what CASCADE takes along. A rehearsal shows them.
test.each([
	'alter table l.parent attach partition l.loose for values from (10) to (20)',
	'alter table l.parent detach partition l.part',
	'create table l.more partition of l.parent for values from (20) to (30)',
	'create table l.child (x int) inherits (l.two)',
	'create table l.refers (id int references l.one)',
	'create table l.refers (id int, foreign key (id) references l.one)',
	'alter table l.two add column o int references l.one',
	'alter table l.two add foreign key (one_id) references l.one',
	'alter table l.two add column x int',
	'alter table l.two add constraint c check (id > 0) not valid',
	'alter table l.two alter column id set statistics 10',
	'alter table l.two set (fillfactor = 50)',
	'alter table l.two set (autovacuum_enabled = off)',
	'alter table l.two reset (fillfactor)',
	'alter table l.two cluster on two_pkey',
	'alter table l.two enable row level security',
	'alter table l.two disable trigger t',
	'alter table l.two replica identity full',
	'alter table l.alike inherit l.one',
	'alter table l.heir no inherit l.one',
	'alter table l.two rename to three',
	'alter table l.two rename column one_id to other',
	'alter table l.two set schema eng',
	'alter sequence l.free restart',
	'alter sequence l.free owned by l.two.id',
	'create index on l.one (word)',
	'create unique index on l.one (word)',
	'reindex table l.one',
	'cluster l.one using one_pkey',
	'drop trigger t on l.two',
	'drop policy p on l.two',
	'drop rule r on l.two',
	'drop view l.seen',
	'drop materialized view l.kept',
	'drop sequence l.free',
	'create trigger t2 before insert on l.two for each row execute function l.f()',
	'alter trigger t on l.two rename to t3',
	'create policy p2 on l.two using (true)',
	'alter policy p on l.two using (false)',
	'create rule r2 as on update to l.two do nothing',
	'create or replace view l.seen as select id from l.one',
	'alter view l.seen set (security_barrier)',
	'refresh materialized view l.kept',
	'refresh materialized view concurrently l.kept',
	'truncate l.two',
	'lock table l.two in share mode',
	'lock table l.two in row exclusive mode',
	'lock table l.two',
	'create statistics l.s on id, one_id from l.two',
	"comment on table l.two is 'x'",
	'grant select on l.two to public',
	'insert into l.two values (1)',
	'update l.two set one_id = 1',
	'delete from l.one',
	'select * from l.one for update',
	'analyze l.one',
	'create publication pub for table l.one',
	'create table l.like_one (like l.one including all)',
	'create table l.copied as select * from l.one',
	'alter table l.parent add column x int',
	'alter table l.parent drop column word',
	'alter table l.parent alter column word type varchar(10)',
	`alter table l.parent alter column word set default 'x'`,
	'alter table l.parent alter column word set not null',
	'alter table l.parent alter column word set storage external',
	'alter table l.parent add check (id > 0)',
	'alter table l.parent add check (id > 0) not valid',
	'alter table l.parent add foreign key (id) references l.two',
	'alter table l.parent drop constraint parent_pkey',
	'alter table l.parent enable row level security',
	'alter table l.parent disable trigger all',
	'alter table l.parent rename column word to other',
	'alter table l.parent rename to mother',
	'alter table l.parent set schema eng',
	'create index on l.parent (word)',
	'create index on only l.parent (word)',
	'create trigger t before insert on l.parent for each row execute function l.f()',
	'create trigger t before insert on l.parent for each statement execute function l.f()',
	'create policy p on l.parent using (true)',
	'lock table l.parent',
	'lock table only l.parent',
	'lock table l.seen',
	'lock table l.seen in share mode',
	'create table l.refers (id int references l.parent)',
	'alter table l.two add foreign key (one_id) references l.parent',
	'alter table l.one add column x int',
	'alter table only l.one alter column word set default 1',
	'alter table l.one drop column word',
	'alter table l.one alter column word type varchar(10)',
	'alter table l.one add check (id > 0)',
	'alter table l.one rename column word to other',
	'alter table l.one drop constraint one_n_check',
	'alter table l.one disable trigger all',
	'create index on l.one (n)',
	'alter table l.part alter column word set default 1',
	'alter table l.bare add primary key (id)',
])('%s blocks whom the plan says', async (sql) => {
	const { said, done } = await blocking(sql);
	expect(said).toEqual(done);
});

// Before PostgreSQL 18 readers of the partitions go on.
test.each(['alter table l.parent add unique (id, word)', 'alter table l.bare add constraint u unique (id)'])(
	'%s: the plan says the most that any PostgreSQL does',
	async (sql) => {
		const { said, done } = await blocking(sql);
		expect(said).toEqual(done.map((lock) => lock.replace('noWrites', 'exclusive')));
	},
);
