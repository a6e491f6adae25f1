CREATE OR REPLACE FUNCTION corpus_said.rate() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN 0; END $$;
DROP TABLE corpus_said.rates;
