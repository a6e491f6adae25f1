-- A new entry of the record wakes the pages that show what it is about. The payload is the change's id, or nothing.
CREATE FUNCTION record_entry_notify() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('countersign_record', coalesce(NEW.change_id::text, ''));
    RETURN NULL;
END $$;
CREATE TRIGGER record_entry_notify AFTER INSERT ON record_entry FOR EACH ROW EXECUTE FUNCTION record_entry_notify();
