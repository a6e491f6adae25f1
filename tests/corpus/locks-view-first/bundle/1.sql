DROP VIEW views.eng_governance_summary;
ALTER TABLE eng.strategic_directives ADD COLUMN note text;
CREATE VIEW views.eng_governance_summary WITH (security_invoker = true) AS
SELECT t.name AS team, count(d.note) AS notes
FROM eng.teams t
JOIN eng.strategic_directives d ON d.team_id = t.id
GROUP BY t.name;
