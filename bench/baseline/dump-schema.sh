#!/usr/bin/env bash
# dump-schema.sh DB: the definitions of a database as people keep them. Prints its milliseconds; connection by the usual PG* variables.
set -euo pipefail
t0=$(date +%s%3N)
pg_dump -d "${1:?database}" --schema-only >/dev/null
echo $(($(date +%s%3N) - t0))
