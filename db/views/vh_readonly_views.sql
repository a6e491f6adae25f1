-- What the venture hub shows, from the new links.

DROP VIEW IF EXISTS views.vh_linkage_legacy;
DROP VIEW IF EXISTS views.vh_sponsor_history;

CREATE OR REPLACE VIEW views.vh_linkage_status AS
SELECT v.slug, v.name, v.stage, count(l.directive_id) AS directives, max(l.linked_at) AS last_linked_at,
       count(l.directive_id) FILTER (WHERE l.strength = 'leads') AS leads
FROM vh.ventures v
LEFT JOIN vh.venture_directive_links l ON l.venture_id = v.id
GROUP BY v.id;

CREATE VIEW views.vh_sponsor_history AS
SELECT v.slug, t.name AS team, s.since, s.until
FROM vh.venture_sponsors s
JOIN vh.ventures v ON v.id = s.venture_id
JOIN eng.teams t ON t.id = s.team_id;
COMMENT ON VIEW views.vh_sponsor_history IS 'Sponsors of each venture, the present one without an end';

GRANT SELECT ON views.vh_linkage_status TO analyst_ro, vh_reader;
GRANT SELECT ON views.vh_sponsor_history TO analyst_ro;
GRANT USAGE ON SCHEMA views TO vh_reader;
