ALTER TABLE corpus_big.events ADD CONSTRAINT id_positive CHECK (id > 0);
