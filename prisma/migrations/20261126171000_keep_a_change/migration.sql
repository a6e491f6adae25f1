-- After a failed check two people may keep the change as it is. The outcome has a name of its own.

ALTER TABLE change DROP CONSTRAINT change_status_check, ADD CONSTRAINT change_status_check CHECK (status IN (
    'awaiting_dba', 'awaiting_security_officer', 'awaiting_chairman', 'approved', 'running', 'succeeded', 'kept', 'rolled_back',
    'restored', 'unknown', 'rejected', 'withdrawn', 'expired', 'closed'));
ALTER TABLE change DROP CONSTRAINT change_closed_as_check,
    ADD CONSTRAINT change_closed_as_check CHECK (closed_as IN ('succeeded', 'kept', 'rolled_back', 'restored'));
ALTER TABLE run DROP CONSTRAINT run_status_check, ADD CONSTRAINT run_status_check CHECK (status IN (
    'queued', 'running', 'awaiting_restore', 'restoring', 'succeeded', 'kept', 'rolled_back', 'restored', 'unknown'));

CREATE TABLE keep_confirmation (
    run_id uuid NOT NULL REFERENCES run (id) ON DELETE RESTRICT ON UPDATE CASCADE,
    capacity text NOT NULL CHECK (capacity IN ('operator', 'dba')),
    person_id uuid NOT NULL REFERENCES person (id) ON DELETE RESTRICT ON UPDATE CASCADE,
    -- What failed, as the person saw it.
    price jsonb NOT NULL,
    maintenance_off boolean NOT NULL,
    at timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    PRIMARY KEY (run_id, capacity)
);
-- Two people, not one person twice.
CREATE UNIQUE INDEX keep_confirmation_run_id_person_id_key ON keep_confirmation (run_id, person_id);

-- What they decided; while it is there the run ends as kept.
ALTER TABLE run ADD COLUMN kept jsonb, ADD CONSTRAINT who_keeps_a_change_is_known CHECK (status <> 'kept' OR kept IS NOT NULL);
CREATE FUNCTION keeping_needs_two_people() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT count(DISTINCT c.person_id) FROM keep_confirmation c
        WHERE c.run_id = NEW.id AND c.price ->> 'digest' = NEW.kept #>> '{price,digest}'
          AND c.maintenance_off = (NEW.kept ->> 'maintenanceOff')::boolean) <> 2 THEN
        RAISE EXCEPTION 'keeping a change needs the word of two people about the same failures' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER keeping_needs_two_people BEFORE UPDATE OF kept ON run FOR EACH ROW WHEN (NEW.kept IS NOT NULL)
    EXECUTE FUNCTION keeping_needs_two_people();

GRANT SELECT, INSERT, DELETE ON keep_confirmation TO countersign_app;
GRANT UPDATE (kept) ON run TO countersign_app;
