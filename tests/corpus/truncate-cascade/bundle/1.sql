TRUNCATE vh.ventures CASCADE;
