-- A column without a default is added at once, whatever the size of the table. The lock is short, and it waits for nobody for long.
ALTER TABLE vh.ventures ADD COLUMN note text;
COMMENT ON COLUMN vh.ventures.note IS 'What the board said';
