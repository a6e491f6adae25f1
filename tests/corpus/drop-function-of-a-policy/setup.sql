CREATE SCHEMA corpus_policy;
CREATE FUNCTION corpus_policy.may_see(int) RETURNS boolean LANGUAGE sql STABLE AS $$ SELECT true $$;
CREATE TABLE corpus_policy.t (a int);
CREATE POLICY p ON corpus_policy.t USING (corpus_policy.may_see(a));
