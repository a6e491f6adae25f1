DROP VIEW views.vh_linkage_legacy;
DROP VIEW views.vh_linkage_status;
DROP TABLE vh.venture_directives;
