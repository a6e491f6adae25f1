CREATE TABLE vh.x (id bigint);
COMMIT;
CREATE TABLE vh.y (id bigint);
