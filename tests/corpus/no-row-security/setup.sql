CREATE SCHEMA corpus_rls;
CREATE TABLE corpus_rls.a (id bigint);
CREATE TABLE corpus_rls.b (id bigint);
ALTER TABLE corpus_rls.a ENABLE ROW LEVEL SECURITY;
ALTER TABLE corpus_rls.b ENABLE ROW LEVEL SECURITY;
