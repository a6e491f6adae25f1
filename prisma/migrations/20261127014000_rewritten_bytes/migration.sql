-- How large a table was that a statement writes anew: with the time that the statement took later, this gives the target's seconds for each GB.
ALTER TABLE revision_finding ADD COLUMN bytes bigint CHECK (bytes >= 0);
