DROP VIEW views.vh_linkage_legacy, views.vh_linkage_status;
