ALTER TABLE vh.ventures ADD COLUMN code text UNIQUE;
