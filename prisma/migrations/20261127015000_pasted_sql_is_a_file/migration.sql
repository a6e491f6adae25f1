-- SQL is written into the files of a draft: what was pasted beside them becomes one of them, in the place of a file with its path.

INSERT INTO draft_file (draft_id, path, bytes, stored_at)
SELECT id, coalesce(nullif(sql_name, ''), 'change.sql'), convert_to(sql, 'UTF8'), version FROM draft WHERE sql <> ''
ON CONFLICT (draft_id, path) DO UPDATE SET bytes = EXCLUDED.bytes, stored_at = EXCLUDED.stored_at;

ALTER TABLE draft DROP COLUMN sql_name, DROP COLUMN sql;
