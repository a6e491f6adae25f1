-- A revision is rehearsed on a restored backup of its target before people sign it. The report is bound to the digest.

CREATE TABLE rehearsal (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    change_id uuid NOT NULL,
    revision_id uuid NOT NULL,
    digest text NOT NULL,
    target text NOT NULL,
    -- Null: the filing asked for it.
    asked_by uuid REFERENCES person (id) ON DELETE RESTRICT ON UPDATE CASCADE,
    asked_at timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    status text NOT NULL DEFAULT 'queued' CHECK (status IN ('queued', 'running', 'passed', 'failed')),
    -- Counts owners, as that of a run does.
    fence integer NOT NULL DEFAULT 0,
    owner_seen_at timestamptz(3),
    -- How many workers ended in the middle of it.
    crashes integer NOT NULL DEFAULT 0,
    started_at timestamptz(3),
    ended_at timestamptz(3),
    part text,
    failure jsonb,
    report jsonb,
    -- SHA-256 over the report's canonical bytes.
    report_hash text CHECK (report_hash ~ '^[0-9a-f]{64}$'),
    FOREIGN KEY (revision_id, change_id, digest) REFERENCES revision (id, change_id, digest) ON DELETE RESTRICT ON UPDATE CASCADE,
    CONSTRAINT an_ended_rehearsal_has_a_report CHECK ((status IN ('passed', 'failed')) = (ended_at IS NOT NULL)
        AND (ended_at IS NULL) = (report IS NULL) AND (report IS NULL) = (report_hash IS NULL)),
    CONSTRAINT a_failed_rehearsal_says_why CHECK ((status = 'failed') = (failure IS NOT NULL))
);
-- One of a revision at a time.
CREATE UNIQUE INDEX rehearsal_live_idx ON rehearsal (revision_id) WHERE ended_at IS NULL;
CREATE INDEX rehearsal_revision_id_asked_at_idx ON rehearsal (revision_id, asked_at);
CREATE INDEX rehearsal_status_idx ON rehearsal (status);

-- What was seen is not seen otherwise afterwards.
CREATE FUNCTION an_ended_rehearsal_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a rehearsal that has ended never changes' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER an_ended_rehearsal_stays BEFORE UPDATE ON rehearsal FOR EACH ROW WHEN (OLD.ended_at IS NOT NULL)
    EXECUTE FUNCTION an_ended_rehearsal_stays();

GRANT SELECT, INSERT ON rehearsal TO countersign_app;
GRANT UPDATE (status, fence, owner_seen_at, crashes, started_at, ended_at, part, failure, report, report_hash) ON rehearsal TO countersign_app;
