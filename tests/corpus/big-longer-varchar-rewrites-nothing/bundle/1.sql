ALTER TABLE corpus_big.events ALTER COLUMN kind TYPE varchar(40);
