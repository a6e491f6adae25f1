-- A rehearsal may keep its backup, and another one may use it again: what it was, as a run keeps its own.

ALTER TABLE rehearsal ADD COLUMN backup jsonb;
GRANT UPDATE (backup) ON rehearsal TO countersign_app;
