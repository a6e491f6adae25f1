CREATE TABLE corpus_rls.d (id bigint);
