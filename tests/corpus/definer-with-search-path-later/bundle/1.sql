CREATE FUNCTION eng.close_all() RETURNS void LANGUAGE sql SECURITY DEFINER AS $$ SELECT 1 $$;
ALTER FUNCTION eng.close_all() SET search_path = pg_catalog;
