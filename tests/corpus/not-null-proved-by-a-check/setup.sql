CREATE SCHEMA corpus_proved;
CREATE TABLE corpus_proved.t (a int, CONSTRAINT proof CHECK (a IS NOT NULL));
INSERT INTO corpus_proved.t VALUES (1);
