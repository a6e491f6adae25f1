DROP TABLE vh.venture_directives;
