REVOKE UPDATE (review_due) ON eng.strategic_directives FROM vh_ingest;
