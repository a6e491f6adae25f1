-- How a revision comes to its target: directly, or after a run of the same bundle on the staging target. And who must sign it: a staging target may
-- ask for fewer people. Both are in the revision's content, which the digest covers.

-- SHA-256 over the canonical JSON of files, manifest and version, as docs/formats.md has it. A json value keeps its text, so that the parts
-- of canonical JSON are canonical.
CREATE FUNCTION bundle_digest(content bytea) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT encode(sha256(convert_to('{"files":' || (c -> 'files')::text || ',"manifest":' || (c -> 'manifest')::text || ',"v":1}', 'UTF8')), 'hex')
    FROM (SELECT convert_from(content, 'UTF8')::json AS c) read
$$;
CREATE INDEX revision_bundle_idx ON revision (bundle_digest(content));

-- Before there were routes every change went directly to its target, and three people signed.
CREATE FUNCTION route_of(content bytea) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
    SELECT coalesce(convert_from(content, 'UTF8')::jsonb -> 'route', '{"kind": "direct", "staging": null}')
$$;
CREATE FUNCTION seats_of(content bytea) RETURNS text[] LANGUAGE sql IMMUTABLE AS $$
    SELECT coalesce((SELECT array_agg(seat ORDER BY position)
                     FROM jsonb_array_elements_text(convert_from(content, 'UTF8')::jsonb -> 'seats') WITH ORDINALITY AS one (seat, position)),
                    ARRAY['dba', 'security_officer', 'chairman'])
$$;

-- Nobody files that a bundle has succeeded on staging unless the record has it.
CREATE FUNCTION revision_has_its_route() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    route jsonb := route_of(NEW.content);
    seats text[] := seats_of(NEW.content);
    every text[] := ARRAY['dba', 'security_officer', 'chairman'];
BEGIN
    -- In their order, each once, and at least one.
    IF convert_from(NEW.content, 'UTF8')::jsonb -> 'seats' = '[]' OR seats <> ARRAY(SELECT seat FROM unnest(every) AS seat WHERE seat = ANY (seats)) THEN
        RAISE EXCEPTION 'these are no seats: %', seats USING ERRCODE = 'check_violation';
    END IF;
    IF seats <> every AND route ->> 'kind' <> 'staging' THEN
        RAISE EXCEPTION 'only a staging target may ask for fewer than three signatures' USING ERRCODE = 'check_violation';
    END IF;
    IF route ->> 'kind' = 'staged' AND NOT EXISTS (
        SELECT FROM run r
        JOIN revision staged ON staged.id = r.revision_id
        JOIN record_entry e ON e.change_id = r.change_id AND e.run_id = r.id
        WHERE r.id = (route ->> 'run')::uuid AND r.status = 'succeeded' AND staged.digest = route ->> 'digest'
          AND bundle_digest(staged.content) = bundle_digest(NEW.content) AND bundle_digest(NEW.content) = route ->> 'bundle'
          AND e.kind = 'run.ended' AND encode(e.hash, 'hex') = route ->> 'entry' AND e.target = route ->> 'staging'
          AND convert_from(e.body, 'UTF8')::jsonb #>> '{data,outcome}' = 'succeeded'
    ) THEN
        RAISE EXCEPTION 'the record has no such run of this bundle on the staging target' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
-- After, so that what is no content at all is refused as that.
CREATE TRIGGER revision_has_its_route AFTER INSERT ON revision FOR EACH ROW EXECUTE FUNCTION revision_has_its_route();

-- Nobody approves without saying how the change comes to its target, in the requester's words where it goes there directly.
CREATE FUNCTION signature_names_the_route() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    content bytea := (SELECT r.content FROM revision r WHERE r.id = NEW.revision_id);
    route jsonb := route_of(content);
BEGIN
    IF NEW.decision <> 'approve' THEN
        RETURN NEW;
    END IF;
    IF route ->> 'kind' = 'direct' THEN
        route := route || jsonb_build_object('why', convert_from(content, 'UTF8')::jsonb #> '{request,why_not_staging}');
    END IF;
    IF convert_from(NEW.statement, 'UTF8')::jsonb -> 'route' IS DISTINCT FROM route THEN
        RAISE EXCEPTION 'the statement does not name the route of the revision' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER signature_names_the_route AFTER INSERT ON signature FOR EACH ROW EXECUTE FUNCTION signature_names_the_route();

-- No run without the quorum: an unrevoked, unexpired approval of this very digest in each seat that the revision names, by different people who still
-- hold their roles and are not the requester, chained in the order of the seats. There is no way round for anybody.
CREATE OR REPLACE FUNCTION run_needs_the_quorum() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    wanted text[] := (SELECT seats_of(v.content) FROM revision v WHERE v.id = NEW.revision_id);
    seats integer;
    people integer;
BEGIN
    SELECT count(DISTINCT s.seat), count(DISTINCT s.signer_id) INTO seats, people
    FROM signature s
    JOIN person p ON p.id = s.signer_id AND p.active
    JOIN person_role r ON r.person_id = s.signer_id AND r.role = s.seat
    LEFT JOIN signature b ON b.hash = s.previous_hash AND b.revision_id = s.revision_id AND b.decision = 'approve' AND b.revoked_at IS NULL
    WHERE s.revision_id = NEW.revision_id AND s.digest = NEW.digest AND s.decision = 'approve' AND s.revoked_at IS NULL
      AND s.expires_at > clock_timestamp() AND s.seat = ANY (wanted)
      AND CASE WHEN s.seat = wanted[1] THEN s.previous_hash IS NULL
               ELSE b.seat = wanted[array_position(wanted, s.seat) - 1] END;
    IF seats IS DISTINCT FROM cardinality(wanted) OR people IS DISTINCT FROM cardinality(wanted) THEN
        RAISE EXCEPTION 'a run needs the quorum: a live signature of this digest in each seat, in turn, by different people' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
