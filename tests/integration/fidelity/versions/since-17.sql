-- What PostgreSQL 17 brought. Run after since-16.sql, as a superuser.
\set ON_ERROR_STOP 1
grant maintain on app.stored to clerk with grant option;
grant pg_maintain to keeper;
alter default privileges for role app_owner in schema app grant maintain on tables to keeper;
create collation app.built_in (provider = builtin, locale = 'C.UTF-8');
create table app.built_in (name text collate app.built_in primary key, same text collate "pg_c_utf8");
insert into app.built_in values ('Ä', 'a'), ('z', 'b');
create table app.numbered (id bigint generated always as identity (start 5 increment 2), part integer, exclude using btree (part with =))
	partition by list (part) using heap;
create table app.numbered_1 partition of app.numbered for values in (1);
create table app.numbered_2 partition of app.numbered for values in (2);
insert into app.numbered (part) values (1), (2);
create function app.note_login() returns event_trigger language plpgsql as 'begin null; end';
create event trigger on_login on login execute function app.note_login();
alter table app.stored alter note set statistics 50;
alter table app.stored alter note set statistics default;
create statistics app.stored_ids on id, note from app.stored;
alter statistics app.stored_ids set statistics 7;
alter statistics app.stored_ids set statistics default;
