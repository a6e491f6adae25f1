ALTER TABLE vh.ventures ADD COLUMN label text GENERATED ALWAYS AS (upper(name)) STORED;
