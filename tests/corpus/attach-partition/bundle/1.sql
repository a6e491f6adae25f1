ALTER TABLE corpus_parts.t ATTACH PARTITION corpus_parts.old FOR VALUES FROM (1) TO (10);
