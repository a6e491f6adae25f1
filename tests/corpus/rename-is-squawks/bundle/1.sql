ALTER TABLE vh.ventures RENAME COLUMN sector TO industry;
-- squawk-ignore renaming-table
ALTER TABLE vh.ventures RENAME TO venture;
