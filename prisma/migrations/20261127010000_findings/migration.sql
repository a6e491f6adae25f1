-- What a revision's review found when it was filed. Those that must be accepted are in the revision's content, which the digest covers.

CREATE TABLE revision_finding (
    revision_id uuid NOT NULL REFERENCES revision (id) ON DELETE RESTRICT ON UPDATE CASCADE,
    position integer NOT NULL,
    code text NOT NULL,
    severity text NOT NULL CHECK (severity IN ('accept', 'note')),
    name text NOT NULL,
    about text,
    file text,
    line integer,
    "column" integer,
    message text NOT NULL,
    instead text NOT NULL,
    excerpt text,
    PRIMARY KEY (revision_id, position)
);
CREATE TRIGGER revision_finding_is_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON revision_finding EXECUTE FUNCTION refuse_to_rewrite();
GRANT SELECT, INSERT ON revision_finding TO countersign_app;

-- The names that the requester accepted, in the order of the content; null for a revision of before there were any.
CREATE FUNCTION accepted_names(content bytea) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN c ->> 'v' <> '1' THEN jsonb_path_query_array(c, '$.accepted[*].name') END
    FROM (SELECT convert_from(content, 'UTF8')::jsonb AS c) read
$$;

CREATE FUNCTION finding_must_be_accepted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.severity = 'accept'
       AND NOT coalesce((SELECT accepted_names(r.content) @> to_jsonb(NEW.name) FROM revision r WHERE r.id = NEW.revision_id), false) THEN
        RAISE EXCEPTION 'a finding that must be accepted is not among those that the revision accepts: %', NEW.name USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER finding_must_be_accepted BEFORE INSERT ON revision_finding FOR EACH ROW EXECUTE FUNCTION finding_must_be_accepted();

-- Nobody approves without naming what was accepted.
CREATE FUNCTION signature_names_what_was_accepted() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    accepted jsonb := (SELECT accepted_names(r.content) FROM revision r WHERE r.id = NEW.revision_id);
BEGIN
    IF NEW.decision <> 'approve' OR accepted = '[]' THEN
        RETURN NEW;
    END IF;
    IF accepted IS NULL THEN
        RAISE EXCEPTION 'a revision that was filed before findings had to be accepted is not signed any more' USING ERRCODE = 'check_violation';
    END IF;
    IF convert_from(NEW.statement, 'UTF8')::jsonb -> 'accepted' IS DISTINCT FROM accepted THEN
        RAISE EXCEPTION 'the statement does not name the findings that the revision accepts' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER signature_names_what_was_accepted BEFORE INSERT ON signature FOR EACH ROW EXECUTE FUNCTION signature_names_what_was_accepted();
