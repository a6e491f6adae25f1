-- Links between ventures and directives point at the second edition.

CREATE TABLE IF NOT EXISTS vh.venture_directives (venture_id integer, directive_id bigint);

CREATE TABLE vh.venture_directive_links (
    venture_id integer NOT NULL REFERENCES vh.ventures (id) ON DELETE CASCADE,
    directive_id bigint NOT NULL REFERENCES eng.strategic_directives_v2 (id),
    strength text NOT NULL DEFAULT 'follows' CHECK (strength IN ('follows', 'exempt', 'leads')),
    linked_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (venture_id, directive_id)
);
COMMENT ON TABLE vh.venture_directive_links IS 'Which directive of the second edition a venture follows';

INSERT INTO vh.venture_directive_links (venture_id, directive_id, strength, linked_at)
SELECT l.venture_id,
       v.id,
       CASE WHEN v.team_id = t.sponsor_team_id THEN 'leads' WHEN v.status = 'retired' THEN 'exempt' ELSE 'follows' END,
       l.linked_at
FROM vh.venture_directives l
JOIN vh.ventures t ON t.id = l.venture_id
JOIN eng.strategic_directives_v2 v ON v.first_edition_id = l.directive_id;

CREATE INDEX venture_directive_links_directive_id_idx ON vh.venture_directive_links (directive_id);
COMMENT ON TABLE vh.venture_directives IS 'Links to the first edition; kept for a quarter, then dropped';
