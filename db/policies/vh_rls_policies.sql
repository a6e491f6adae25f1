-- The venture hub: its readers see current sponsors only; its writers write links, and nothing outside their schema.

ALTER TABLE vh.venture_sponsors ENABLE ROW LEVEL SECURITY;
ALTER TABLE vh.venture_sponsors FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_all ON vh.venture_sponsors TO ehg_owner USING (true) WITH CHECK (true);
CREATE POLICY current_sponsors ON vh.venture_sponsors FOR SELECT TO vh_reader, ehg_app USING (until IS NULL);

GRANT SELECT ON vh.venture_sponsors, vh.venture_directive_links TO vh_reader, ehg_app;
GRANT INSERT, UPDATE, DELETE ON vh.venture_directive_links TO vh_writer;
GRANT SELECT (governance_tier) ON vh.ventures TO analyst_ro;
