ALTER TABLE vh.ventures ADD COLUMN token uuid DEFAULT gen_random_uuid();
ALTER TABLE vh.ventures ADD COLUMN seen timestamptz DEFAULT now();
