ALTER TABLE corpus_big.events ALTER COLUMN id TYPE numeric;
