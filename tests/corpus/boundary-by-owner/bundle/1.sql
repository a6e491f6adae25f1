ALTER TABLE eng.teams OWNER TO vh_writer;
