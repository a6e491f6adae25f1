ALTER ROLE countersign_run PASSWORD 'something else';
ALTER ROLE countersign_backup SET work_mem = '64MB';
ALTER ROLE countersign_backup LOGIN BYPASSRLS;
ALTER ROLE countersign_backup NOBYPASSRLS;
REVOKE pg_monitor FROM countersign_backup;
REVOKE analyst_ro FROM ehg_app;
GRANT analyst_ro TO countersign_backup;
ALTER ROLE countersign_restore RENAME TO other;
