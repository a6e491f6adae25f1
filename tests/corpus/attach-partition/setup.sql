CREATE SCHEMA corpus_parts;
CREATE TABLE corpus_parts.t (a int) PARTITION BY RANGE (a);
CREATE TABLE corpus_parts.old (a int);
INSERT INTO corpus_parts.old VALUES (1), (2);
