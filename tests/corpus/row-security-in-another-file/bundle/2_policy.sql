ALTER TABLE corpus_rls.d ENABLE ROW LEVEL SECURITY;
CREATE POLICY everybody ON corpus_rls.d FOR SELECT TO analyst_ro USING (true);
