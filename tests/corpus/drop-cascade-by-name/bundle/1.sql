DROP VIEW views.vh_linkage_status CASCADE;
