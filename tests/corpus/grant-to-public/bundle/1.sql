GRANT SELECT ON eng.directives_sensitive TO PUBLIC;
