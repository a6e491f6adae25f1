ALTER TABLE vh.ventures ALTER COLUMN sector TYPE varchar;
ALTER TABLE vh.venture_metrics ALTER COLUMN value TYPE numeric(20, 2);
