CREATE ROLE corpus_writer NOLOGIN;
GRANT corpus_writer TO vh_app;
GRANT INSERT ON eng.teams TO corpus_writer;
GRANT vh_reader TO vh_writer;
