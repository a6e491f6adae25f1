-- What the change has left and what the target held right after COMMIT: the price of a restore tells what others did since.

ALTER TABLE run ADD COLUMN look jsonb;
GRANT UPDATE (look) ON run TO countersign_app;
