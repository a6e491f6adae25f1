ALTER TABLE eng.directives_sensitive ALTER COLUMN handling_note SET NOT NULL;
ALTER TABLE eng.directives_sensitive ALTER COLUMN summary SET NOT NULL;
