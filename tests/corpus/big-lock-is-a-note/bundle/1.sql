ALTER TABLE corpus_big.events ADD COLUMN note text;
ALTER TABLE corpus_big.events ADD COLUMN other text;
