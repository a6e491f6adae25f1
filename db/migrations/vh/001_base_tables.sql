-- Ventures get a governance tier, and their sponsors a history.

-- The view before its tables, as its readers do.
LOCK TABLE views.vh_linkage_status;

ALTER TABLE vh.ventures ADD COLUMN IF NOT EXISTS governance_tier smallint NOT NULL DEFAULT 2 CHECK (governance_tier BETWEEN 1 AND 3);
UPDATE vh.ventures SET governance_tier = 1 WHERE stage IN ('scale', 'exit');
UPDATE vh.ventures SET governance_tier = 3 WHERE stage = 'idea';
COMMENT ON COLUMN vh.ventures.governance_tier IS '1: the board hears every quarter; 3: nobody has to be told';

CREATE TABLE vh.venture_sponsors (
    venture_id integer NOT NULL REFERENCES vh.ventures (id) ON DELETE CASCADE,
    team_id integer NOT NULL REFERENCES eng.teams (id),
    since date NOT NULL,
    until date CHECK (until > since),
    PRIMARY KEY (venture_id, since)
);
COMMENT ON TABLE vh.venture_sponsors IS 'Which team sponsored a venture, and when';

INSERT INTO vh.venture_sponsors (venture_id, team_id, since)
SELECT id, sponsor_team_id, founded_on FROM vh.ventures;

CREATE UNIQUE INDEX venture_sponsors_current_idx ON vh.venture_sponsors (venture_id) WHERE until IS NULL;
