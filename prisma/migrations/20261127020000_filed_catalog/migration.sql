-- The target's catalog when a revision was filed, to say by name what has changed since. The digest holds its fingerprint.

CREATE TABLE revision_catalog (
    revision_id uuid PRIMARY KEY REFERENCES revision (id) ON DELETE RESTRICT ON UPDATE CASCADE,
    entries bytea NOT NULL
);
GRANT SELECT, INSERT ON revision_catalog TO countersign_app;
