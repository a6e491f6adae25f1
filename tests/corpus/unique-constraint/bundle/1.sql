ALTER TABLE vh.ventures ADD CONSTRAINT ventures_name_key UNIQUE (name);
