CREATE INDEX events_at_idx ON corpus_big.events (at);
