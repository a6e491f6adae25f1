comment on function corpus_member.defined(corpus_member.hstore, text) is 'ours';
create or replace function corpus_member.defined(text) returns text language sql return 'another one';
create trigger t before update on corpus_member.kept for each row execute function suppress_redundant_updates_trigger();
create policy p on corpus_member.kept using (true);
grant select on corpus_member.kept to analyst_ro;
insert into corpus_member.kept values (1);
insert into corpus_member.marked values (1);
comment on column corpus_member.marked.id is 'its number';
alter extension hstore drop table corpus_member.kept;
