import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import pg from 'pg';
import { type Target, targetSchema } from '#lib/domain/target/target.ts';
import { enroll } from '#lib/postgres/enrollment/enroll.ts';
import type { Cluster } from './cluster.ts';

const run = promisify(execFile);

/** The passwords of the three logins, put where the target's secrets say. */
const PASSWORDS = { RUN_PASSWORD: 'run pass:word', BACKUP_PASSWORD: 'back\\up:pass', RESTORE_PASSWORD: "rest'ore" };

/** A target in a test cluster, as a deployer would define it. */
export function targetOf(cluster: Cluster, database: string, more: Record<string, unknown> = {}): Target {
	Object.assign(process.env, PASSWORDS);
	return targetSchema.parse({
		name: 'production',
		connection: {
			host: cluster.host,
			port: cluster.port,
			database,
			sslmode: 'disable',
			logins: {
				run: { user: 'countersign_run', password: { env: 'RUN_PASSWORD' } },
				backup: { user: 'countersign_backup', password: { env: 'BACKUP_PASSWORD' } },
				restore: { user: 'countersign_restore', password: { env: 'RESTORE_PASSWORD' } },
			},
			appliesAs: 'app_owner',
		},
		window: { daily: { from: '00:00', to: '24:00' } },
		backup: { folder: `${cluster.folder}/backups` },
		maintenance: 'none',
		health: 'none',
		alerts: 'none',
		restrictedRoles: ['analyst_ro'],
		...more,
	});
}

/** Several owners, row-level security, grants of every kind, default privileges, database settings and ACL. No superuser owns anything. */
const REALISTIC_SQL = `
create schema eng authorization app_owner;
create schema vh authorization vh_owner;
create extension hstore schema eng;
set role app_owner;
create type eng.status as enum ('draft', 'active');
create domain eng.money as numeric(12,2) check (value >= 0);
create table eng.venture (id bigint generated always as identity primary key, name text not null, kind varchar(10) check (kind in ('a', 'b')),
	status eng.status not null default 'draft', worth eng.money, tenant text not null, tags eng.hstore, doubled numeric generated always as (id * 2) stored) with (fillfactor = 80);
create index venture_active on eng.venture (name) where status = 'active' and kind in ('a', 'b');
alter table eng.venture enable row level security;
alter table eng.venture force row level security;
create policy tenants on eng.venture using (tenant = current_user);
create policy analysts on eng.venture for select to analyst_ro using (kind in ('a', 'b') and status <> 'draft');
grant select (id, name), update (name) on eng.venture to analyst_ro;
grant usage on schema eng to analyst_ro with grant option;
alter default privileges in schema eng grant select on tables to analyst_ro;
create table eng.event (id int, at timestamptz default '2020-01-01 00:00+00') partition by range (at);
create table eng.event_2020 partition of eng.event for values from ('2020-01-01 00:00+00') to ('2021-01-01 00:00+00');
create view eng.active with (security_barrier) as select id, name from eng.venture where status = 'active';
create materialized view eng.counts as select status, count(*) from eng.venture group by 1;
create function eng.touch() returns trigger language plpgsql as 'begin return new; end';
revoke execute on function eng.touch() from public;
create trigger touch before update on eng.venture for each row when (new.name <> '') execute function eng.touch();
alter table eng.venture disable trigger touch;
create statistics eng.both on name, kind from eng.venture;
comment on table eng.venture is 'all of them';
comment on column eng.venture.worth is 'in euros';
create publication changes for table eng.event_2020;
reset role;
set role vh_owner;
create table vh.link (id serial primary key, venture bigint, unique (venture) deferrable initially deferred);
create sequence vh.numbers increment 5 start 100;
grant select on vh.link to analyst_ro, countersign_probe;
insert into vh.link (venture) select g from generate_series(1, 50) g;
select nextval('vh.numbers');
reset role;
insert into eng.venture (name, kind, status, tenant) select 'venture ' || g, 'a', 'active', 'somebody' from generate_series(1, 200) g;
insert into eng.event select g, '2020-05-05' from generate_series(1, 30) g;
refresh materialized view eng.counts;
select lo_from_bytea(4242, 'large'); alter large object 4242 owner to vh_owner;`;

/** Makes the database, with its roles, and enrolls it with three logins that are no superusers. Returns the target. */
export async function makeRealisticDatabase(cluster: Cluster, database: string, more: Record<string, unknown> = {}): Promise<Target> {
	const target = targetOf(cluster, database, more);
	const name = pg.escapeIdentifier(database);
	await asSuperuser(cluster, 'postgres', async (client) => {
		for (const role of ['app_owner', 'vh_owner', 'analyst_ro', 'countersign_probe']) {
			await client.query(
				`do $$ begin if not exists (select from pg_roles where rolname = '${role}') then create role ${role}; end if; end $$`,
			);
		}
		await client.query(`create database ${name} owner app_owner connection limit 80`);
	});
	await asSuperuser(cluster, database, async (client) => {
		await client.query(REALISTIC_SQL);
		await client.query(`alter database ${name} set search_path = eng, "$user", public`);
		await client.query(`alter database ${name} set app.note = 'it''s, "so"'`);
		await client.query(`alter role vh_owner in database ${name} set statement_timeout = '30s'`);
		await client.query(`revoke connect on database ${name} from public; grant connect on database ${name} to analyst_ro`);
		await client.query(`comment on database ${name} is 'what people rely on'`);
	});
	await enroll({ target, superuserUrl: cluster.url('postgres') });
	await asSuperuser(cluster, database, (client) => client.query('grant select on large object 4242 to countersign_backup'));
	return target;
}

/** A superuser's connection for arranging things and looking at them. */
export async function asSuperuser<T>(cluster: Cluster, database: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
	const client = new pg.Client({ connectionString: cluster.url(database) });
	client.on('error', () => undefined);
	await client.connect();
	try {
		return await work(client);
	} finally {
		await client.end();
	}
}

/** Runs psql as the superuser, and returns what it prints. */
export async function psql(cluster: Cluster, database: string, sql: string): Promise<string> {
	const { stdout } = await run('psql', ['-XAtq', '-v', 'ON_ERROR_STOP=1', '-c', sql], { env: { ...cluster.env, PGDATABASE: database } });
	return stdout.trim();
}
