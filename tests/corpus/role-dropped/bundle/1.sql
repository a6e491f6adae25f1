DROP ROLE corpus_gone;
