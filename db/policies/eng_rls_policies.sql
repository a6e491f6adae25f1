-- Who sees which rows of the engineering schema. The owner keeps its own way in, because FORCE shuts the usual one.

CREATE POLICY owner_all ON eng.directives_sensitive TO ehg_owner USING (true) WITH CHECK (true);

DROP POLICY IF EXISTS owner_all ON eng.strategic_directives_v2;
CREATE POLICY owner_all ON eng.strategic_directives_v2 TO ehg_owner USING (true) WITH CHECK (true);
CREATE POLICY analysts_read_active_internal ON eng.strategic_directives_v2 FOR SELECT TO analyst_ro
    USING (classification = 'internal' AND status = 'active');
CREATE POLICY application_reads_up_to_restricted ON eng.strategic_directives_v2 FOR SELECT TO ehg_app
    USING (classification <> 'secret');

CREATE POLICY owner_all ON eng.directive_reviews TO ehg_owner USING (true) WITH CHECK (true);
CREATE POLICY reviews_of_visible_directives ON eng.directive_reviews FOR SELECT TO analyst_ro, ehg_app
    USING (EXISTS (SELECT FROM eng.strategic_directives_v2 d WHERE d.id = directive_id));

GRANT SELECT ON eng.strategic_directives_v2, eng.directive_reviews, eng.governance_bodies TO analyst_ro, ehg_app;
