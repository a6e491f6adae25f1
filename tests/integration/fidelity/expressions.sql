-- Expressions that PostgreSQL prints otherwise once they have been dumped and restored, in everything that holds one; and some that it
-- might. BETWEEN inside AND, lists on varchar columns, nested CASE, ROW, COLLATE, casts.
create schema x;
create function x.yes(text) returns boolean language sql immutable as 'select true';
create type x.pair as (a int, b text);
create domain x.code as varchar(5) default 'a' check (value in ('a', 'b') and length(value) between 1 and 5);
create domain x.small as int check (value between 0 and 10 and value <> 5);
create table x.t (
	id int, n int, m int, a boolean, s varchar(10), c char(3), w text, v varchar, d date, p x.pair, num numeric,
	kept text generated always as (case when n between 1 and 2 and a then 'in' when s in ('p', 'q') then 'named' else 'out' end) stored,
	usual boolean default ((1 between 0 and 2 and true) or 'b'::varchar in ('a', 'b')),
	check (n between 0 and 10 and a), check (s = any (array['new', 'old']::varchar(10)[])), check (s in ('x'::varchar(3), 'y'::varchar(3))),
	check (v in ('a', upper('b'))), check (c in ('a', 'b')), check (v not in ('a', 'b')), check (c between 'a' and 'b' and a),
	check ((n, m) > (1, 2) and (a or (n between 1 and 2 and m between 3 and 4))), check (v collate "C" in ('a', 'b') or (a or (n = 1 or m = 2))),
	check (case when a then case when n between 1 and 3 and a then v in ('a','b') else false end else s::text = 'a' end),
	check (num between -1 and -2.5 and not (a and n = -1)), check (v like any (array['a%','b%'])), check (n = any ('{1,2,3}')),
	check (v = any ('{a,b}'::varchar[])), check (d between '2020-01-01' and date '2021-01-01' + interval '1 day' and a), check ((p).a between 1 and 2 and (p).b in ('a','b')),
	check (n - (m - 1) > 0 and (n + m) * 2 > 0 and (n between symmetric 3 and 1) and a), check (s <> all (array['k','l']::varchar[])), check (v ~ all (array['a'::varchar, 'b']))
);
create view x.v as select id, n * (m + 1) as prod, case when n between 1 and 2 and a then 1 end as one from x.t where n between 1 and 2 and a and s in ('a', 'b');
create view x.vv as select * from (select n, count(*) filter (where n between 1 and 2 and a) as k from x.t group by n having count(*) between 1 and 5 and true) q where k between 1 and 3 and n > 0;
create view x.vsub as with r as (select n from x.t where n between 1 and 2 and a) select r.n from r join x.t t on r.n = t.n and (t.n between 1 and 3) and t.a union all select n from x.t where v in ('a', 'b') and n in (select m from x.t where m between 1 and 2 and a);
create view x.vlat as select t.n, l.* from x.t t left join lateral (select u.m as mm, u.w from x.t u where u.n between t.n and t.m and u.a) l on true and t.n between 1 and 2 and t.a order by t.n nulls first limit 3;
create materialized view x.mv as select n from x.t where n between 1 and 2 and a;
create index ti on x.t ((n between 1 and 2 and a)) where n between 1 and 2 and a and s in ('a','b');
create unique index tu on x.t (lower(s), (v in ('a','b')));
create policy pol on x.t using (n between 1 and 2 and a) with check (s in ('a','b') and n in (select id from x.t where n between 1 and 2 and a));
create rule r as on update to x.t where old.n between 1 and 2 and old.a do also insert into x.t (id, a) values (new.id, new.n between 1 and 2 and new.a);
create function x.trg() returns trigger language plpgsql as 'begin return new; end';
create trigger tr before update on x.t for each row when (old.n between 1 and 2 and new.a and new.s in ('a','b')) execute function x.trg();
create constraint trigger ctr after insert on x.t deferrable for each row when (new.n between 1 and 2 and new.a) execute function x.trg();
create function x.atomic(i int default (case when 1 between 0 and 2 and true then 1 end), z varchar default 'b') returns boolean language sql begin atomic select i between 1 and 2 and z in ('a','b') and true; end;
create function x.ret(i int) returns boolean language sql immutable return i between 1 and 2 and i > 0;
create procedure x.pr(i int) language sql begin atomic update x.t set n = 1 where n between 1 and i and a; insert into x.t (id) select id from x.t where n between 1 and 2 and a; end;
create statistics x.st on (n between 1 and 2 and a), (v in ('a','b')), n from x.t;
create table x.part (n int, a boolean, d date, v varchar) partition by range ((case when n between 1 and 2 and a then 1 else 0 end), n);
create table x.part1 partition of x.part for values from (1, minvalue) to (2, (3 + 4));
create table x.plist (v varchar) partition by list (v);
create table x.plist1 partition of x.plist for values in ('a', 'b');
create publication pub for table x.t where (id between 1 and 2 and n > 0);
create table x.ex (r int4range, n int, a boolean, exclude using gist (r with &&) where (n between 1 and 2 and a));
create table x.child () inherits (x.t);
create foreign data wrapper fw;
create server fs foreign data wrapper fw;
create foreign table x.ft (n int check (n between 1 and 2 and n > 0), a boolean default (1 between 0 and 2 and true)) server fs;
create type x.comp as (n int);
create view x.win as select sum(n) over (partition by (n between 1 and 2 and a) order by m rows between 1 preceding and current row), array(select n from x.t where n between 1 and 2 and a), exists(select 1 from x.t where v in ('a','b')), row(n, m) = row(1, 2) as rr, row(n,m) in (row(1,2), row(3,4)) as rin, n::text || v as cat, coalesce(v, 'x') c2, nullif(v, 'a') nf, greatest(v,'a') g, interval '1 day' * 2 i, n::numeric(10,2) nn, s::varchar(3) s3, '2020-01-01'::timestamp at time zone 'UTC' tz, v collate "C" < 'b' col, extract(year from d) y, substring(v from 1 for 2) ss, overlay(v placing 'x' from 1) ov, position('a' in v) po, trim(both 'x' from v) tr, d is distinct from date '2020-01-01' dd, a is not true nt, xmlelement(name foo, v) xe, (p).b pb, p is null pn, -n neg, - 1 m1, -1.5 as m15, 2 ^ 3 pw, n % 2 = 0 md, not a and not (a or n = 1) na from x.t;
insert into x.t (id, n, m, a, s, v) values (1, null, null, null, null, null);
refresh materialized view x.mv;
