-- What PostgreSQL 16 brought. Run after database.sql, as a superuser.
\set ON_ERROR_STOP 1
create role keeper;
grant clerk to keeper with inherit false, set false, admin true;
create collation app.ruled (provider = icu, locale = 'und', rules = '&a < g');
create table app.ruled (name text collate app.ruled primary key);
insert into app.ruled values ('a'), ('g'), ('b');
create table app.stored (id integer primary key, note text storage external);
insert into app.stored values (1, repeat('x', 5000));
