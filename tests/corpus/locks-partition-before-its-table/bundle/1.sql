ALTER TABLE eng.decision_log_2024 ADD CONSTRAINT decision_given CHECK (decision <> '') NOT VALID;
CREATE POLICY all_of_it ON eng.decision_log USING (true);
