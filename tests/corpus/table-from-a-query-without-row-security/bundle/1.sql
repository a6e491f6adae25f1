CREATE TABLE corpus_rls.copied AS SELECT id FROM corpus_rls.a;
SELECT id INTO corpus_rls.selected FROM corpus_rls.a;
