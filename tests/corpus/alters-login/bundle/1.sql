ALTER ROLE countersign_run PASSWORD 'something else';
ALTER ROLE countersign_backup SET work_mem = '64MB';
REVOKE pg_monitor FROM countersign_backup;
REVOKE analyst_ro FROM ehg_app;
GRANT analyst_ro TO countersign_backup;
