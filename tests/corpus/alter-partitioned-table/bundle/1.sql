ALTER TABLE eng.decision_log ADD COLUMN note text;
