create schema corpus_member;
create extension hstore schema corpus_member;
create table corpus_member.kept (id int);
create table corpus_member.marked (id int);
alter extension hstore add table corpus_member.kept;
alter extension hstore add table corpus_member.marked;
update pg_extension set extconfig = array['corpus_member.marked'::regclass::oid], extcondition = array[''] where extname = 'hstore';
