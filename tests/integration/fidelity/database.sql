-- A database with about everything in it that PostgreSQL 15 lets one make, as a superuser makes it. 500 tables.
set check_function_bodies = off;
create role app_owner;
create role vh_owner;
create role analyst_ro;
create role ehg_app;
create role clerk;
create schema app authorization app_owner;
create schema vh authorization vh_owner;
create schema ext;
comment on schema app is 'where the application lives';
create extension pgcrypto schema ext;
create extension pg_trgm schema ext;
grant usage on schema ext to public;
grant usage on schema app to analyst_ro with grant option;
grant usage on schema app to ehg_app, vh_owner;
grant usage on schema vh to analyst_ro, app_owner;
set role app_owner;

-- Types, domains, collations, casts, operators, text search.
create type app.status as enum ('draft', 'active', 'closed');
alter type app.status add value 'paused' before 'closed';
create type app.address as (street text, zip varchar(10));
create type app.temperature as range (subtype = float8, subtype_diff = float8mi);
create domain app.money as numeric(12, 2) default 0 not null check (value >= 0);
create domain app.email as text constraint has_at check (value like '%@%');
comment on domain app.email is 'roughly';
comment on type app.status is 'where it stands';
create collation app.german (provider = icu, locale = 'de-DE-u-co-phonebk');
create collation app.caseless (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
create function app.address_text(app.address) returns text language sql immutable as $$ select ($1).street || ', ' || ($1).zip $$;
create cast (app.address as text) with function app.address_text(app.address) as assignment;
create function app.same_zip(app.address, app.address) returns boolean language sql immutable as $$ select ($1).zip = ($2).zip $$;
create operator app.=~= (leftarg = app.address, rightarg = app.address, function = app.same_zip, commutator = operator(app.=~=));
create aggregate app.product(numeric) (sfunc = numeric_mul, stype = numeric, initcond = '1');
create text search dictionary app.plain (template = simple, stopwords = english);
create text search configuration app.prose (copy = english);
alter text search configuration app.prose alter mapping for asciiword with app.plain, english_stem;

-- Functions of every kind.
create function app.touch() returns trigger language plpgsql as $$ begin return new; end $$;
create function app.secret_count() returns bigint language sql stable security definer set search_path = pg_catalog, pg_temp set work_mem = '8MB' as 'select count(*) from app.customers';
create procedure app.tidy(inout n int) language plpgsql as $$ begin n := n + 1; end $$;
create function app.doubled(n int, by int default 2) returns int language sql immutable parallel safe cost 5 as 'select n * by';
revoke execute on function app.doubled(int, int) from public;
grant execute on function app.doubled(int, int) to analyst_ro;
comment on function app.doubled(int, int) is 'n times two';

-- Tables with all that hangs on them.
create table app.customers (
	id bigint generated always as identity (start 1000 increment 10) primary key,
	name text collate app.german not null,
	login text collate app.caseless unique,
	email app.email,
	status app.status not null default 'draft',
	home app.address,
	worth app.money,
	measured float8 not null default 0.1,
	tenant text not null default 'nobody',
	tags text[],
	extra jsonb,
	photo bytea,
	doubled numeric generated always as (measured * 2) stored,
	unloved text,
	constraint short check (length(name) < 100)
) with (fillfactor = 70, autovacuum_enabled = false);
alter table app.customers alter photo set storage external, alter extra set compression lz4, alter name set statistics 500;
alter table app.customers replica identity full;
insert into app.customers (name, login, email, status, home, worth, measured, tenant, tags, extra, photo, unloved)
select 'customer ' || g, 'Login' || g, g || '@example.test', (array['draft', 'active', 'paused', 'closed'])[1 + g % 4]::app.status, row('street ' || g, g::text)::app.address,
	g * 1.25, 0.1 + g / 3.0, (array['analyst_ro', 'ehg_app', 'nobody'])[1 + g % 3], array['a', null, 'c,"d"'], jsonb_build_object('g', g, 'text', repeat('x', g * 20)),
	ext.digest(g::text, 'sha512'), 'nobody reads this ' || g
from generate_series(1, 300) g;
insert into app.customers (name, photo) values ('large', (select string_agg(ext.digest(g::text, 'sha512'), '') from generate_series(1, 2000) g));
create index customers_active on app.customers (name) include (email) where status = 'active';
create index customers_lower on app.customers (lower(name), id desc nulls last);
create index customers_trigrams on app.customers using gin (name ext.gin_trgm_ops);
create index customers_prose on app.customers using gin (to_tsvector('app.prose', name));
alter index app.customers_lower alter column 1 set statistics 300;
alter table app.customers cluster on customers_pkey;
create statistics app.together (dependencies, mcv) on status, tenant from app.customers;
comment on table app.customers is E'all of them,\n''quoted'' and "more"';
comment on column app.customers.worth is 'in euros';
comment on constraint short on app.customers is 'names are short';
comment on index app.customers_active is 'the ones who pay';
alter table app.customers enable row level security, force row level security;
create policy tenants on app.customers using (tenant = current_user) with check (tenant = current_user);
create policy open_ones on app.customers as restrictive for select to analyst_ro using (status <> 'closed');
comment on policy tenants on app.customers is 'each their own';
create trigger touched before update of name on app.customers for each row when (new.name <> '') execute function app.touch();
create trigger sleeping after insert on app.customers for each statement execute function app.touch();
create trigger on_replicas before delete on app.customers for each row execute function app.touch();
create trigger everywhere after delete on app.customers referencing old table as gone for each statement execute function app.touch();
alter table app.customers disable trigger sleeping, enable replica trigger on_replicas, enable always trigger everywhere;
grant select (id, name, status), update (name), references (id) on app.customers to analyst_ro;
grant select, insert on app.customers to ehg_app with grant option;

create table app.orders (id serial primary key, customer bigint, at timestamptz not null default '2024-01-01 00:00+00', during tstzrange, warm app.temperature,
	constraint one_at_a_time exclude using gist (during with &&) deferrable initially deferred,
	constraint known foreign key (customer) references app.customers on delete set null deferrable initially deferred);
insert into app.orders (customer, during, warm) select 1000 + 10 * (g % 300), tstzrange('2024-01-01'::timestamptz + g * interval '1 day', '2024-01-01'::timestamptz + g * interval '1 day' + interval '1 hour'),
	app.temperature(g, g + 0.5) from generate_series(1, 400) g;
create table app.unchecked (id int primary key, customer bigint, n int);
insert into app.unchecked values (1, 1000, 1), (2, 4242, -1);
alter table app.unchecked add constraint dangling foreign key (customer) references app.customers not valid;
alter table app.unchecked add constraint positive check (n > 0) not valid;
create unlogged table app.scratch (id int);
insert into app.scratch select generate_series(1, 50);
create table app.of_type of app.address (zip with options primary key);
insert into app.of_type values ('main street', '12345');
create table app.base (id int primary key, kind text);
create table app.derived (more text) inherits (app.base);
alter table app.derived alter kind set default 'derived';
insert into app.base select g, 'base' from generate_series(1, 20) g;
insert into app.derived select g, 'derived', 'more ' || g from generate_series(21, 50) g;
create table app."Odd ""name""" ("a b" int, "Ünï" text);
insert into app."Odd ""name""" values (1, E'tab\there, back\\slash, \x01');
create table app.empty ();
grant select on app.base to public;

-- Partitions: by list, range and hash, with a default, one level down too.
create table app.events (id bigint generated by default as identity, at date not null, kind text not null, primary key (id, at, kind)) partition by range (at);
create table app.events_2023 partition of app.events for values from ('2023-01-01') to ('2024-01-01');
create table app.events_2024 partition of app.events for values from ('2024-01-01') to ('2025-01-01') partition by list (kind);
create table app.events_2024_a partition of app.events_2024 for values in ('a', 'x');
create table app.events_2024_rest partition of app.events_2024 default;
create table app.events_rest partition of app.events default with (fillfactor = 50);
create index on app.events (kind);
insert into app.events (at, kind) select '2022-06-01'::date + g * 10, (array['a', 'b', 'c'])[1 + g % 3] from generate_series(1, 150) g;
create table app.hashed (id int, t text) partition by hash (id);
create table app.hashed_0 partition of app.hashed for values with (modulus 3, remainder 0);
create table app.hashed_1 partition of app.hashed for values with (modulus 3, remainder 1);
create table app.hashed_2 partition of app.hashed for values with (modulus 3, remainder 2);
insert into app.hashed select g, 't' || g from generate_series(1, 90) g;
create trigger on_each after insert on app.events for each row execute function app.touch();

-- Views on views, materialized views, rules.
create view app.active with (security_barrier, check_option = cascaded) as select id, name, tenant from app.customers where status = 'active';
create view app.active_names as select name, count(*) over () as n from app.active;
create view app.top_names with (security_invoker) as select * from app.active_names where name < 'customer 2';
create recursive view app.numbers (n) as values (1) union all select n + 1 from numbers where n < 5;
create materialized view app.by_kind as select kind, count(*) as n from app.events group by kind;
create unique index on app.by_kind (kind);
create materialized view app.by_kind_twice as select kind, n * 2 as n from app.by_kind;
create materialized view app.unfilled as select 1 as one with no data;
grant select on app.by_kind, app.active_names, app.top_names to analyst_ro;
comment on view app.active is 'who pays';
create rule count_only as on delete to app.unchecked where old.id = 1 do instead nothing;
create rule inserted as on insert to app.active_names do instead insert into app.empty default values;
alter table app.unchecked disable rule count_only;

-- Sequences wherever they may stand.
create sequence app.called increment 7 minvalue -100 maxvalue 1000 start 5 cache 3 cycle;
create sequence app.untouched as smallint start 42;
create sequence app.set_back;
select nextval('app.called'), nextval('app.called'), setval('app.set_back', 777, false);
alter sequence app.set_back owned by app.unchecked.n;
grant usage on sequence app.called to ehg_app;

-- Default privileges, one of them on what others have by default.
alter default privileges in schema app grant select on tables to analyst_ro with grant option;
alter default privileges revoke execute on functions from public;
reset role;
alter default privileges for role vh_owner in schema vh grant usage on sequences to ehg_app;

-- Grants that rest on grants.
set role ehg_app;
grant select on app.customers to clerk;
reset role;

-- 485 plain tables of two owners.
do $$
declare place text; made int;
begin
	for made in 1..485 loop
		place := case when made % 3 = 0 then 'vh' else 'app' end;
		execute format('set local role %I', place || '_owner');
		execute format('create table %I.t%s (id %s primary key, name text default %L, n int check (n > %s)%s)', place, made,
			case when made % 2 = 0 then 'int generated always as identity' else 'serial' end, made, -made, case when made % 5 = 0 then ', unique (name, n)' else '' end);
		execute format('insert into %I.t%s (name, n) select md5(g::text || %s), g from generate_series(1, %s) g', place, made, made, 1 + made % 40);
		if made % 4 = 0 then execute format('grant select on %I.t%s to analyst_ro', place, made); end if;
		if made % 7 = 0 then execute format('comment on table %I.t%s is %L', place, made, 'number ' || made); end if;
		if made % 9 = 0 then execute format('alter table %I.t%s enable row level security; create policy p on %1$I.t%2$s using (n < %3$s)', place, made, made); end if;
		execute 'reset role';
	end loop;
end $$;

-- What only a superuser makes.
create publication everything for all tables with (publish = 'insert, update');
create publication some_orders for table app.orders (id, customer) where (id > 10);
create publication of_vh for tables in schema vh;
create function app.note_ddl() returns event_trigger language plpgsql as $$ begin perform 1; end $$;
create event trigger noticed on ddl_command_end when tag in ('CREATE TABLE', 'DROP TABLE') execute function app.note_ddl();
create event trigger off on sql_drop execute function app.note_ddl();
alter event trigger off disable;
create extension postgres_fdw schema ext;
create server elsewhere foreign data wrapper postgres_fdw options (host '127.0.0.1', port '1');
grant usage on foreign server elsewhere to app_owner;
create user mapping for app_owner server elsewhere options (user 'somebody', password 'it''s secret');
create foreign table app.abroad (id int, t text options (column_name 'other')) server elsewhere options (schema_name 's', table_name 't');
create table app.near (id int);
create foreign table app.far (more text) inherits (app.near) server elsewhere options (table_name 'far');
comment on extension pgcrypto is 'what the application hashes with';

-- Large objects of two owners.
select lo_from_bytea(5001, ext.digest('one', 'sha512')), lo_from_bytea(5002, (select string_agg(ext.digest(g::text, 'sha512'), '') from generate_series(1, 200) g)), lo_create(5003);
alter large object 5001 owner to app_owner;
grant select, update on large object 5001 to ehg_app;
comment on large object 5002 is 'a picture';

-- The database itself.
alter database venture owner to app_owner;
alter database venture connection limit 70;
comment on database venture is 'what people rely on';
alter database venture set search_path = app, "$user", public;
alter database venture set app.note = 'it''s, "so"';
alter role analyst_ro in database venture set statement_timeout = '30s';
alter role vh_owner in database venture set search_path = vh, app;
revoke all on database venture from public;
grant connect on database venture to analyst_ro, clerk;
grant connect, temporary on database venture to ehg_app with grant option;
refresh materialized view app.by_kind;
