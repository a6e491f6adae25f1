-- The venture's roles. They belong to the cluster, so this may run again for a second database.
DO $$
DECLARE
    wanted text;
BEGIN
    FOREACH wanted IN ARRAY ARRAY['ehg_owner', 'ehg_app', 'analyst_ro', 'vh_reader', 'vh_writer', 'vh_ingest'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted) THEN
            EXECUTE format('CREATE ROLE %I NOLOGIN', wanted);
        END IF;
    END LOOP;
END $$;

COMMENT ON ROLE ehg_owner IS 'Owns every object of the venture; nobody signs in as it';
COMMENT ON ROLE ehg_app IS 'The application';
COMMENT ON ROLE analyst_ro IS 'Analysts: read only, and not every row';
COMMENT ON ROLE vh_reader IS 'Reads the venture hub';
COMMENT ON ROLE vh_writer IS 'Writes the venture hub, never the engineering schema';
COMMENT ON ROLE vh_ingest IS 'Loads metrics into the venture hub';

GRANT vh_reader TO vh_writer;

DO $$
BEGIN
    EXECUTE format('ALTER DATABASE %I OWNER TO ehg_owner', current_database());
END $$;
