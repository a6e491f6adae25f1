GRANT ehg_owner TO vh_writer;
