#!/usr/bin/env bash
# watch-once.sh DB: the seed's three monitors, each looking once. Connection by the usual PG* variables.
set -euo pipefail
db=${1:?database}
psql -X -q -d "$db" -c "select level, count(*) as count from audit.service_logs where timestamp > now() - interval '1 minute' group by level" >/dev/null
psql -X -q -d "$db" -c "select state, count(*) from pg_stat_activity group by state" >/dev/null
psql -X -q -d "$db" -c "select relation::regclass, mode, granted from pg_locks where not granted" >/dev/null
