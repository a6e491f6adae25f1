-- Pages follow a rehearsal by themselves: when it came to each part, and who has asked it to stop.

ALTER TABLE rehearsal ADD COLUMN parts jsonb NOT NULL DEFAULT '[]';
ALTER TABLE rehearsal ADD COLUMN stopped_by uuid REFERENCES person (id) ON DELETE RESTRICT ON UPDATE CASCADE;
GRANT UPDATE (parts, stopped_by) ON rehearsal TO countersign_app;

-- As entries of the record do: by the change's id. The owner's heartbeat moves nothing.
CREATE FUNCTION rehearsal_notify() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('countersign_record', NEW.change_id::text);
    RETURN NULL;
END $$;
CREATE TRIGGER rehearsal_notify AFTER INSERT OR UPDATE OF status, part, stopped_by ON rehearsal FOR EACH ROW EXECUTE FUNCTION rehearsal_notify();
