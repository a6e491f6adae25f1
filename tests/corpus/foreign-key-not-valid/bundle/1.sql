ALTER TABLE vh.venture_metrics ADD CONSTRAINT metrics_to_team FOREIGN KEY (venture_id) REFERENCES eng.teams (id) NOT VALID;
