ALTER TABLE vh.venture_metrics ALTER COLUMN value TYPE double precision;
