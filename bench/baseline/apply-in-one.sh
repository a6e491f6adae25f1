#!/usr/bin/env bash
# apply-in-one.sh DB FILE: one file in one transaction, as people do it. Prints its milliseconds; connection by the usual PG* variables.
set -euo pipefail
t0=$(date +%s%3N)
psql -X -q -1 -v ON_ERROR_STOP=1 -d "${1:?database}" -f "${2:?file}" >/dev/null
echo $(($(date +%s%3N) - t0))
