-- Lists are read by key, a page at a time, whatever has gathered over the years.

DROP INDEX change_status_idx;
CREATE INDEX change_status_updated_at_number_idx ON change (status, updated_at, number);
CREATE INDEX change_updated_at_number_idx ON change (updated_at, number);
CREATE INDEX change_requester_id_updated_at_number_idx ON change (requester_id, updated_at, number);
-- What is under way is asked for every few seconds.
CREATE INDEX run_status_idx ON run (status);
