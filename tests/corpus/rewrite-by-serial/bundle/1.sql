ALTER TABLE vh.venture_directives ADD COLUMN id bigserial;
