DROP VIEW views.vh_linkage_legacy;
