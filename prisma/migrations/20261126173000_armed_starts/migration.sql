-- An operator arms the start of an approved change: it begins by itself at that time, if every hard stop holds then.

CREATE TABLE armed_start (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    change_id uuid NOT NULL REFERENCES change (id),
    digest text NOT NULL,
    target text NOT NULL,
    starts_at timestamptz(3) NOT NULL,
    operator_id uuid NOT NULL REFERENCES person (id),
    armed_at timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    -- How it ended: started, disarmed or missed, and why.
    ended_at timestamptz(3),
    ended_how text,
    reason text,
    CONSTRAINT an_end_says_how CHECK ((ended_at IS NULL) = (ended_how IS NULL)),
    CONSTRAINT ended_how_is_known CHECK (ended_how IN ('started', 'disarmed', 'missed'))
);
-- One a change at a time.
CREATE UNIQUE INDEX armed_start_live_idx ON armed_start (change_id) WHERE ended_at IS NULL;
CREATE INDEX armed_start_starts_at_idx ON armed_start (starts_at);
GRANT SELECT, INSERT ON armed_start TO countersign_app;
GRANT UPDATE (ended_at, ended_how, reason) ON armed_start TO countersign_app;
