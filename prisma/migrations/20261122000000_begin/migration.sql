-- The console's own database. Applied by countersign_owner; the console itself connects as countersign_app,
-- which may only what is granted at the end. What must hold whatever the code does is held here.

CREATE TABLE person (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    email text NOT NULL,
    name text NOT NULL,
    password_hash text NOT NULL,
    active boolean NOT NULL DEFAULT true,
    created_at timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP
);
CREATE UNIQUE INDEX person_email_key ON person (email);

CREATE TABLE person_role (
    person_id uuid NOT NULL REFERENCES person (id) ON DELETE RESTRICT ON UPDATE CASCADE,
    role text NOT NULL CHECK (role IN ('requester', 'dba', 'security_officer', 'chairman', 'operator', 'auditor', 'administrator')),
    PRIMARY KEY (person_id, role)
);

CREATE TABLE session (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    person_id uuid NOT NULL REFERENCES person (id) ON DELETE RESTRICT ON UPDATE CASCADE,
    created_at timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    last_seen_at timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    expires_at timestamptz(3) NOT NULL,
    revoked_at timestamptz(3)
);
CREATE INDEX session_person_id_idx ON session (person_id);

CREATE TABLE sign_in_failure (
    id bigserial PRIMARY KEY,
    key text NOT NULL,
    at timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP
);
CREATE INDEX sign_in_failure_key_at_idx ON sign_in_failure (key, at);

CREATE TABLE change (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    number serial NOT NULL,
    title text NOT NULL,
    target text NOT NULL,
    requester_id uuid NOT NULL REFERENCES person (id) ON DELETE RESTRICT ON UPDATE CASCADE,
    status text NOT NULL CHECK (status IN (
        'awaiting_dba', 'awaiting_security_officer', 'awaiting_chairman', 'approved', 'running', 'succeeded', 'rolled_back',
        'restored', 'unknown', 'rejected', 'withdrawn', 'expired', 'closed')),
    current_revision integer NOT NULL DEFAULT 1,
    created_at timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at timestamptz(3) NOT NULL
);
CREATE UNIQUE INDEX change_number_key ON change (number);
CREATE UNIQUE INDEX change_id_requester_id_key ON change (id, requester_id);
CREATE INDEX change_status_idx ON change (status);

CREATE TABLE revision (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    change_id uuid NOT NULL REFERENCES change (id) ON DELETE RESTRICT ON UPDATE CASCADE,
    number integer NOT NULL,
    title text NOT NULL,
    reason text NOT NULL,
    why_not_staging text NOT NULL,
    risk text NOT NULL CHECK (risk IN ('low', 'medium', 'high')),
    manifest bytea NOT NULL,
    content bytea NOT NULL,
    -- The digest is always that of the content beside it.
    digest text NOT NULL CHECK (digest = encode(sha256(content), 'hex')),
    system_identifier text NOT NULL,
    database_oid text NOT NULL,
    baseline text NOT NULL,
    statement_count integer NOT NULL,
    created_at timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP
);
CREATE UNIQUE INDEX revision_change_id_number_key ON revision (change_id, number);
CREATE UNIQUE INDEX revision_id_change_id_digest_key ON revision (id, change_id, digest);

CREATE TABLE revision_file (
    revision_id uuid NOT NULL REFERENCES revision (id) ON DELETE RESTRICT ON UPDATE CASCADE,
    position integer NOT NULL,
    path text NOT NULL,
    phase text NOT NULL,
    bytes bytea NOT NULL,
    sha256 text NOT NULL CHECK (sha256 = encode(sha256(bytes), 'hex')),
    PRIMARY KEY (revision_id, position)
);
CREATE UNIQUE INDEX revision_file_revision_id_path_key ON revision_file (revision_id, path);

CREATE TABLE responder (
    revision_id uuid NOT NULL REFERENCES revision (id) ON DELETE RESTRICT ON UPDATE CASCADE,
    person_id uuid NOT NULL REFERENCES person (id) ON DELETE RESTRICT ON UPDATE CASCADE,
    PRIMARY KEY (revision_id, person_id)
);

CREATE TABLE stand_by (
    id bigserial PRIMARY KEY,
    change_id uuid NOT NULL REFERENCES change (id) ON DELETE RESTRICT ON UPDATE CASCADE,
    person_id uuid NOT NULL REFERENCES person (id) ON DELETE RESTRICT ON UPDATE CASCADE,
    at timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP
);
CREATE INDEX stand_by_change_id_person_id_idx ON stand_by (change_id, person_id);

CREATE TABLE signature (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    change_id uuid NOT NULL,
    revision_id uuid NOT NULL,
    digest text NOT NULL,
    seat text NOT NULL CHECK (seat IN ('dba', 'security_officer', 'chairman')),
    signer_id uuid NOT NULL REFERENCES person (id) ON DELETE RESTRICT ON UPDATE CASCADE,
    requester_id uuid NOT NULL,
    decision text NOT NULL CHECK (decision IN ('approve', 'refuse')),
    reason text,
    statement bytea NOT NULL,
    hash text NOT NULL CHECK (hash = encode(sha256(statement), 'hex')),
    previous_hash text,
    factor text NOT NULL,
    issued_at timestamptz(3) NOT NULL,
    expires_at timestamptz(3) NOT NULL,
    revoked_at timestamptz(3),
    -- The requester never signs their own change. requester_id is held to the change's by the key below.
    CONSTRAINT signer_is_not_the_requester CHECK (signer_id <> requester_id),
    CONSTRAINT a_refusal_has_a_reason CHECK (decision = 'approve' OR length(btrim(reason)) > 0),
    FOREIGN KEY (change_id, requester_id) REFERENCES change (id, requester_id) ON DELETE RESTRICT ON UPDATE RESTRICT,
    FOREIGN KEY (revision_id, change_id, digest) REFERENCES revision (id, change_id, digest) ON DELETE RESTRICT ON UPDATE RESTRICT
);
CREATE UNIQUE INDEX signature_hash_key ON signature (hash);
CREATE INDEX signature_revision_id_idx ON signature (revision_id);
-- One live approval a seat, and no person in two seats.
CREATE UNIQUE INDEX signature_one_a_seat ON signature (revision_id, seat) WHERE revoked_at IS NULL AND decision = 'approve';
CREATE UNIQUE INDEX signature_one_a_person ON signature (revision_id, signer_id) WHERE revoked_at IS NULL AND decision = 'approve';

CREATE TABLE run (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    change_id uuid NOT NULL,
    number integer NOT NULL,
    revision_id uuid NOT NULL,
    digest text NOT NULL,
    target text NOT NULL,
    operator_id uuid NOT NULL REFERENCES person (id) ON DELETE RESTRICT ON UPDATE CASCADE,
    requester_id uuid NOT NULL,
    status text NOT NULL DEFAULT 'queued' CHECK (status IN (
        'queued', 'running', 'awaiting_restore', 'restoring', 'succeeded', 'rolled_back', 'restored', 'unknown')),
    fence integer NOT NULL DEFAULT 1,
    truth jsonb NOT NULL,
    failure jsonb,
    xid text,
    backup jsonb,
    fingerprint_before text,
    fingerprint_after text,
    price jsonb,
    claimed_at timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    committed_at timestamptz(3),
    ended_at timestamptz(3),
    CONSTRAINT operator_is_not_the_requester CHECK (operator_id <> requester_id),
    FOREIGN KEY (change_id, requester_id) REFERENCES change (id, requester_id) ON DELETE RESTRICT ON UPDATE RESTRICT,
    FOREIGN KEY (revision_id, change_id, digest) REFERENCES revision (id, change_id, digest) ON DELETE RESTRICT ON UPDATE RESTRICT
);
CREATE UNIQUE INDEX run_change_id_number_key ON run (change_id, number);
-- One run a target at a time. The session advisory lock in the target says the same to other consoles.
CREATE UNIQUE INDEX run_one_a_target ON run (target) WHERE status IN ('queued', 'running', 'awaiting_restore', 'restoring');

CREATE TABLE journal_entry (
    run_id uuid NOT NULL REFERENCES run (id) ON DELETE RESTRICT ON UPDATE CASCADE,
    seq integer NOT NULL,
    at timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    step text NOT NULL,
    phase text NOT NULL,
    data jsonb NOT NULL,
    PRIMARY KEY (run_id, seq)
);

CREATE TABLE restore_confirmation (
    run_id uuid NOT NULL REFERENCES run (id) ON DELETE RESTRICT ON UPDATE CASCADE,
    capacity text NOT NULL CHECK (capacity IN ('operator', 'dba')),
    person_id uuid NOT NULL REFERENCES person (id) ON DELETE RESTRICT ON UPDATE CASCADE,
    price jsonb NOT NULL,
    at timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    PRIMARY KEY (run_id, capacity)
);
-- Two people, not one person twice.
CREATE UNIQUE INDEX restore_confirmation_run_id_person_id_key ON restore_confirmation (run_id, person_id);

CREATE TABLE checklist_tick (
    run_id uuid NOT NULL REFERENCES run (id) ON DELETE RESTRICT ON UPDATE CASCADE,
    item text NOT NULL,
    person_id uuid NOT NULL REFERENCES person (id) ON DELETE RESTRICT ON UPDATE CASCADE,
    note text NOT NULL,
    at timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    PRIMARY KEY (run_id, item)
);

CREATE TABLE record_entry (
    seq bigint PRIMARY KEY,
    hash bytea NOT NULL,
    previous bytea NOT NULL,
    body bytea NOT NULL,
    at timestamptz(3) NOT NULL,
    kind text NOT NULL,
    actor_id uuid,
    change_id uuid,
    run_id uuid,
    target text
);
CREATE INDEX record_entry_change_id_idx ON record_entry (change_id);
CREATE INDEX record_entry_kind_idx ON record_entry (kind);

-- The head of the record: one row, locked by every append, so that the chain has no fork and no gap.
CREATE TABLE record_head (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    seq bigint NOT NULL,
    hash bytea NOT NULL
);
INSERT INTO record_head (seq, hash) VALUES (0, decode(repeat('00', 32), 'hex'));

-- Appends one entry: hash = SHA-256("countersign/record/v1" || 0x00 || previous hash || body). The columns beside the
-- body are read out of the body itself, so that they cannot say anything else.
CREATE FUNCTION record_append(body bytea) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    head public.record_head;
    entry jsonb := convert_from(body, 'UTF8')::jsonb;
    next_hash bytea;
BEGIN
    SELECT * INTO STRICT head FROM public.record_head FOR UPDATE;
    next_hash := sha256('countersign/record/v1'::bytea || '\x00'::bytea || head.hash || body);
    INSERT INTO public.record_entry (seq, hash, previous, body, at, kind, actor_id, change_id, run_id, target)
    VALUES (head.seq + 1, next_hash, head.hash, body, (entry ->> 'at')::timestamptz, entry ->> 'kind',
            (entry #>> '{actor,id}')::uuid, (entry #>> '{subject,changeId}')::uuid, (entry #>> '{subject,runId}')::uuid,
            entry #>> '{subject,target}');
    UPDATE public.record_head SET seq = head.seq + 1, hash = next_hash;
    RETURN head.seq + 1;
END $$;
REVOKE ALL ON FUNCTION record_append(bytea) FROM PUBLIC;

-- Even the owner of the table has to say so first (by dropping the trigger) before the past can be changed.
CREATE FUNCTION refuse_to_rewrite() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER record_entry_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON record_entry EXECUTE FUNCTION refuse_to_rewrite();
CREATE TRIGGER journal_entry_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON journal_entry EXECUTE FUNCTION refuse_to_rewrite();
CREATE TRIGGER revision_is_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON revision EXECUTE FUNCTION refuse_to_rewrite();
CREATE TRIGGER revision_file_is_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON revision_file EXECUTE FUNCTION refuse_to_rewrite();

-- No run without the quorum: three unrevoked, unexpired approvals of this very digest, by three people who still hold
-- their roles and are not the requester, chained in the order of the seats. There is no way round for anybody.
CREATE FUNCTION run_needs_the_quorum() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    seats integer;
    people integer;
BEGIN
    SELECT count(DISTINCT s.seat), count(DISTINCT s.signer_id) INTO seats, people
    FROM signature s
    JOIN person p ON p.id = s.signer_id AND p.active
    JOIN person_role r ON r.person_id = s.signer_id AND r.role = s.seat
    LEFT JOIN signature b ON b.hash = s.previous_hash AND b.revision_id = s.revision_id AND b.decision = 'approve' AND b.revoked_at IS NULL
    WHERE s.revision_id = NEW.revision_id AND s.digest = NEW.digest AND s.decision = 'approve' AND s.revoked_at IS NULL
      AND s.expires_at > clock_timestamp()
      AND CASE s.seat WHEN 'dba' THEN s.previous_hash IS NULL
                      WHEN 'security_officer' THEN b.seat = 'dba'
                      WHEN 'chairman' THEN b.seat = 'security_officer' END;
    IF seats <> 3 OR people <> 3 THEN
        RAISE EXCEPTION 'a run needs the quorum: three live signatures of this digest, in turn, by three people' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER run_needs_the_quorum BEFORE INSERT ON run FOR EACH ROW EXECUTE FUNCTION run_needs_the_quorum();

-- A signature may be revoked, once; nothing else about it may change.
CREATE FUNCTION signature_may_only_be_revoked() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.revoked_at IS NOT NULL OR NEW.revoked_at IS NULL OR (to_jsonb(NEW) - 'revoked_at') <> (to_jsonb(OLD) - 'revoked_at') THEN
        RAISE EXCEPTION 'a signature may be revoked once and not otherwise changed' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER signature_may_only_be_revoked BEFORE UPDATE ON signature FOR EACH ROW EXECUTE FUNCTION signature_may_only_be_revoked();

-- New journal rows wake the streams. The payload is the run's id; the rows are read from the table.
CREATE FUNCTION journal_entry_notify() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('countersign_journal', run_id::text) FROM (SELECT DISTINCT run_id FROM new_rows) r;
    RETURN NULL;
END $$;
CREATE TRIGGER journal_entry_notify AFTER INSERT ON journal_entry REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION journal_entry_notify();

-- What the console may. Everything that is not here is refused by PostgreSQL.
GRANT USAGE ON SCHEMA public TO countersign_app;
GRANT SELECT ON ALL TABLES IN SCHEMA public TO countersign_app;
GRANT INSERT, UPDATE ON person, session, change TO countersign_app;
GRANT INSERT, DELETE ON person_role, sign_in_failure TO countersign_app;
GRANT INSERT ON revision, revision_file, responder, stand_by, signature, run, journal_entry, restore_confirmation, checklist_tick TO countersign_app;
GRANT UPDATE (revoked_at) ON signature TO countersign_app;
GRANT UPDATE (status, fence, truth, failure, xid, backup, fingerprint_before, fingerprint_after, price, committed_at, ended_at) ON run TO countersign_app;
GRANT DELETE ON restore_confirmation TO countersign_app;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO countersign_app;
GRANT EXECUTE ON FUNCTION record_append(bytea) TO countersign_app;

-- The job queue keeps its own schema in order.
CREATE SCHEMA pgboss AUTHORIZATION countersign_app;
