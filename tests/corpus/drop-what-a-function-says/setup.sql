CREATE SCHEMA corpus_said;
CREATE TABLE corpus_said.rates (a int);
CREATE FUNCTION corpus_said.rate() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN (SELECT max(a) FROM rates); END $$;
