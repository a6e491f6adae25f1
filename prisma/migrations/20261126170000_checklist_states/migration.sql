-- The checklist says passed, failed or not applicable, and a closed change says how its run ended.

ALTER TABLE checklist_tick
    ADD COLUMN state text NOT NULL DEFAULT 'passed' CHECK (state IN ('passed', 'failed', 'not_applicable')),
    ADD COLUMN measured text CHECK (measured IN ('passed', 'failed', 'unknown')),
    ADD COLUMN evidence text NOT NULL DEFAULT '',
    ALTER COLUMN person_id DROP NOT NULL;
-- The ticks so far said "passed", and knew no measurement.
ALTER TABLE checklist_tick ALTER COLUMN state DROP DEFAULT, ALTER COLUMN evidence DROP DEFAULT;
ALTER TABLE checklist_tick
    ADD CONSTRAINT nobody_ticks_against_a_measurement CHECK (state <> 'passed' OR measured IS DISTINCT FROM 'failed'),
    ADD CONSTRAINT what_is_not_passed_has_a_note CHECK (state = 'passed' OR length(btrim(note)) > 0),
    ADD CONSTRAINT without_a_person_a_measurement_has_passed
        CHECK (person_id IS NOT NULL OR (state = 'passed' AND measured IS NOT DISTINCT FROM 'passed'));

ALTER TABLE change ADD COLUMN closed_as text CHECK (closed_as IN ('succeeded', 'rolled_back', 'restored'));
UPDATE change c SET closed_as = (SELECT r.status FROM run r WHERE r.change_id = c.id ORDER BY r.number DESC LIMIT 1) WHERE status = 'closed';
ALTER TABLE change ADD CONSTRAINT a_closed_change_says_how_it_ended CHECK ((status = 'closed') = (closed_as IS NOT NULL));
