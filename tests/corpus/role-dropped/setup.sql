CREATE ROLE corpus_gone NOLOGIN;
GRANT SELECT ON eng.teams TO corpus_gone;
