CREATE INDEX CONCURRENTLY ventures_name_idx ON vh.ventures (name);
