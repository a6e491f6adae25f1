#!/usr/bin/env bash
# dump-schema.sh DB: all definitions of a database, read by pg_dump. Prints its milliseconds; connection by the usual PG* variables.
set -euo pipefail
t0=$(date +%s%3N)
pg_dump --schema-only -d "${1:?database}" >/dev/null
echo $(($(date +%s%3N) - t0))
