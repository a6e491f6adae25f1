-- A comment
ALTER TABLE vh.ventures RENAME COLUMN sector TO "é";
