-- 66 MB, so that PostgreSQL takes long enough over it for others to notice.
SET ROLE ehg_owner;
CREATE SCHEMA corpus_big;
CREATE TABLE corpus_big.events (id bigint NOT NULL, at timestamptz NOT NULL, kind varchar(20), payload text NOT NULL);
ALTER TABLE corpus_big.events ALTER COLUMN payload SET STORAGE PLAIN;
INSERT INTO corpus_big.events SELECT n, now(), 'seen', repeat('x', 7900) FROM generate_series(1, 8500) n;
ANALYZE corpus_big.events;
RESET ROLE;
