DROP OPERATOR IF EXISTS public.+ (int, int);
DROP CAST IF EXISTS (eng.classification AS int);
DROP VIEW IF EXISTS "Not there"."é" CASCADE;
DROP FUNCTION IF EXISTS eng."Odd name"(int);
DROP VIEW views.vh_linkage_status CASCADE;
