CREATE TABLE corpus_rls.c (id bigint);
