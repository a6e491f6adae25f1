GRANT SELECT, UPDATE ON eng.strategic_directives TO vh_writer;
GRANT SELECT ON eng.teams TO vh_reader;
GRANT INSERT ON vh.ventures TO vh_ingest;
