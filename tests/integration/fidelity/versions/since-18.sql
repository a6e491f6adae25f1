-- What PostgreSQL 18 brought. Run after since-17.sql, as a superuser.
\set ON_ERROR_STOP 1
create table app.virtual (id integer primary key, price numeric, with_tax numeric generated always as (price * 1.2) virtual,
	stored_tax numeric generated always as (price * 0.2) stored);
insert into app.virtual (id, price) values (1, 10), (2, 20);
create table app.kept (id integer constraint kept_has_an_id not null, note text, part integer constraint alone not null no inherit, other integer);
insert into app.kept values (1, null, 1, 1);
alter table app.kept add constraint note_some_day not null note not valid;
alter table app.kept add constraint never_checked check (id > 100) not enforced;
create table app.heir () inherits (app.kept);
alter table app.heir add constraint heir_part not null part;
create table app.stays (room int4range, during daterange, constraint no_two_at_once primary key (room, during without overlaps));
create table app.cleanings (room int4range, during daterange, unique (room, during without overlaps),
	constraint while_it_stays foreign key (room, period during) references app.stays (room, period during));
insert into app.stays values ('[1,2)', '[2026-01-01,2026-02-01)'), ('[1,2)', '[2026-02-01,2026-03-01)');
insert into app.cleanings values ('[1,2)', '[2026-01-15,2026-02-15)');
alter table app.virtual add kept integer;
create table app.pointed (id integer primary key);
insert into app.virtual (id, price, kept) values (3, 30, 99);
alter table app.virtual add constraint points_nowhere foreign key (kept) references app.pointed not enforced;
create table app.parted (id integer, points integer) partition by range (id);
create table app.parted_1 partition of app.parted for values from (0) to (100);
insert into app.parted values (1, 99);
alter table app.parted add constraint points_some_day foreign key (points) references app.pointed not valid;
alter default privileges for role app_owner grant select on large objects to clerk;
alter table app.virtual set (autovacuum_vacuum_max_threshold = 5000, vacuum_max_eager_freeze_failure_rate = 0.1, vacuum_truncate = off);
create collation app.unicode (provider = builtin, locale = 'PG_UNICODE_FAST');
create table app.unicode (name text collate app.unicode primary key);
insert into app.unicode values ('ß'), ('SS');
