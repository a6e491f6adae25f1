COMMENT ON TABLE vh.ventures IS 'The ventures';
INSERT INTO eng.teams (name, mandate) VALUES ('Legal', 'Reads what is signed');
CREATE VIEW views.teams AS SELECT name FROM eng.teams;
GRANT SELECT ON views.teams TO analyst_ro;
