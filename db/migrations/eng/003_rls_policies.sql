-- Row-level security on the tables themselves; who sees which rows is in policies/.
-- FORCE holds the owner to the policies too, so that a view of the owner's does not open a back door.

ALTER TABLE eng.strategic_directives_v2 ENABLE ROW LEVEL SECURITY;
ALTER TABLE eng.strategic_directives_v2 FORCE ROW LEVEL SECURITY;
ALTER TABLE eng.directive_reviews ENABLE ROW LEVEL SECURITY;
ALTER TABLE eng.directive_reviews FORCE ROW LEVEL SECURITY;
ALTER TABLE eng.directives_sensitive FORCE ROW LEVEL SECURITY;

-- The venture hub reads and writes nothing in the engineering schema. It could move review dates by a column grant
-- that nobody had seen, because lists of table grants do not show it.
REVOKE ALL (review_due) ON eng.strategic_directives FROM vh_ingest;
REVOKE USAGE ON SCHEMA eng FROM vh_ingest;
