ALTER TABLE vh.ventures DROP COLUMN stage;
