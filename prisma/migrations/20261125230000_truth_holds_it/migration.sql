-- When a run committed is part of its truth, as the marker has it: beside it the column was written and never read.
ALTER TABLE run DROP COLUMN committed_at;
