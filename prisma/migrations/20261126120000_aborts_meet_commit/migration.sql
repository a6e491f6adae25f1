-- Abort and what it would stop meet in the run's row.

-- Presses of Abort up to this one count no more: they were heeded, or people have decided since.
ALTER TABLE run ADD COLUMN aborts_heard_to bigint;
-- Why Abort is refused now: what is under way is finished.
ALTER TABLE run ADD COLUMN aborts_refused text;
GRANT UPDATE (aborts_heard_to, aborts_refused) ON run TO countersign_app;
