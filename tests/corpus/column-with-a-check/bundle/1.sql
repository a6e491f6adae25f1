ALTER TABLE vh.ventures ADD COLUMN tier smallint NOT NULL DEFAULT 2 CHECK (tier < 4);
