LOCK TABLE views.eng_governance_summary;
ALTER TABLE eng.strategic_directives ADD COLUMN note text;
CREATE OR REPLACE VIEW views.eng_governance_summary WITH (security_invoker = true) AS
SELECT t.name AS team,
       count(*) FILTER (WHERE d.status = 'active') AS active,
       count(*) FILTER (WHERE d.status = 'draft') AS draft,
       count(*) FILTER (WHERE d.review_due < current_date AND d.status = 'active') AS overdue,
       count(d.note) AS sensitive_visible
FROM eng.teams t
JOIN eng.strategic_directives d ON d.team_id = t.id
GROUP BY t.name;
