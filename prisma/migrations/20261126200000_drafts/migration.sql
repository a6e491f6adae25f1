-- What a person is writing and has not filed. No part of the record, and it gives nobody a right: one may write over it and remove it.

CREATE TABLE draft (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    person_id uuid NOT NULL REFERENCES person (id) ON DELETE RESTRICT ON UPDATE CASCADE,
    -- The change that it revises; null for a new change.
    change_id uuid REFERENCES change (id) ON DELETE RESTRICT ON UPDATE CASCADE,
    version integer NOT NULL DEFAULT 1,
    target text NOT NULL,
    title text NOT NULL,
    reason text NOT NULL,
    why_not_staging text NOT NULL,
    risk text NOT NULL,
    -- The schema cannot say NOT NULL of a list.
    responders text[] CHECK (responders IS NOT NULL),
    sql_name text NOT NULL,
    sql text NOT NULL,
    -- Null while the default manifest is used.
    manifest text,
    created_at timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    saved_at timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP
);
CREATE INDEX draft_person_id_saved_at_idx ON draft (person_id, saved_at);
-- One draft of a revision a person. New changes have no change_id, and so there may be several.
CREATE UNIQUE INDEX draft_change_id_person_id_key ON draft (change_id, person_id);

CREATE TABLE draft_file (
    draft_id uuid NOT NULL REFERENCES draft (id) ON DELETE CASCADE ON UPDATE CASCADE,
    path text NOT NULL,
    bytes bytea NOT NULL,
    -- The draft's version that these bytes came with.
    stored_at integer NOT NULL,
    PRIMARY KEY (draft_id, path)
);
GRANT SELECT, INSERT, UPDATE, DELETE ON draft, draft_file TO countersign_app;
