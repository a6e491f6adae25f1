GRANT SELECT ON eng.decision_log TO vh_reader;
GRANT USAGE ON SCHEMA eng TO vh_reader;
