CREATE TABLE vh.made (id bigint, a text);
INSERT INTO vh.made VALUES (1, 'a');
UPDATE vh.made SET a = 'b';
