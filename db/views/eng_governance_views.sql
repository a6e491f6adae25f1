-- The governance views read the second edition. The summary keeps its columns and gains one at the end.

CREATE OR REPLACE VIEW views.eng_governance_summary WITH (security_invoker = true) AS
SELECT t.name AS team,
       count(*) FILTER (WHERE d.status = 'active') AS active,
       count(*) FILTER (WHERE d.status = 'draft') AS draft,
       count(*) FILTER (WHERE d.review_due < current_date AND d.status = 'active') AS overdue,
       count(*) FILTER (WHERE d.classification <> 'internal') AS sensitive_visible,
       count(*) FILTER (WHERE d.scope = 'company') AS company_wide
FROM eng.teams t
JOIN eng.strategic_directives_v2 d ON d.team_id = t.id
GROUP BY t.name;
COMMENT ON VIEW views.eng_governance_summary IS 'Directives of the second edition by team; counts only what the reader may see';

CREATE VIEW views.eng_reviews_due WITH (security_invoker = true) AS
SELECT d.code, d.title, t.name AS team, d.review_due, max(r.reviewed_on) AS last_reviewed_on
FROM eng.strategic_directives_v2 d
JOIN eng.teams t ON t.id = d.team_id
LEFT JOIN eng.directive_reviews r ON r.directive_id = d.id
WHERE d.status = 'active' AND d.review_due < current_date
GROUP BY d.id, t.name;
COMMENT ON VIEW views.eng_reviews_due IS 'Active directives whose review is overdue';

GRANT SELECT ON views.eng_reviews_due TO analyst_ro;
