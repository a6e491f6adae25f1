-- é
CREATE TABLE vh.labels (id bigint)