DROP FUNCTION corpus_policy.may_see(int);
