ALTER TABLE vh.ventures ADD COLUMN country text NOT NULL;
ALTER TABLE vh.ventures ADD COLUMN region text NOT NULL DEFAULT 'EU';
