-- Who owns a run now, and who asked to abort it.

-- When the run's owner last said that it lives. Null: nobody owns it. A worker takes over what has been silent for too long.
ALTER TABLE run ADD COLUMN owner_seen_at timestamptz(3);
GRANT UPDATE (owner_seen_at) ON run TO countersign_app;
CREATE INDEX run_active_idx ON run (owner_seen_at) WHERE status IN ('queued', 'running', 'restoring');

CREATE TABLE run_abort (
    id bigserial PRIMARY KEY,
    run_id uuid NOT NULL REFERENCES run (id) ON DELETE RESTRICT ON UPDATE CASCADE,
    person_id uuid NOT NULL REFERENCES person (id) ON DELETE RESTRICT ON UPDATE CASCADE,
    reason text NOT NULL,
    at timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP
);
CREATE INDEX run_abort_run_id_idx ON run_abort (run_id);
GRANT SELECT, INSERT ON run_abort TO countersign_app;
GRANT USAGE ON SEQUENCE run_abort_id_seq TO countersign_app;
