CREATE TABLE vh.notes (id bigint GENERATED ALWAYS AS IDENTITY, venture_id bigint);
CREATE INDEX notes_venture_id_idx ON vh.notes (venture_id);
