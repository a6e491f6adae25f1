#!/usr/bin/env bash
# rehearse-by-hand.sh DB SQL_FOLDER WORK_FOLDER [jobs = 2]: a rehearsal as people do it: dump, restore beside, the change in one transaction
# that is rolled back, and the dump restored once more to see that it still can be. Prints its milliseconds; connection by the usual PG* variables.
set -euo pipefail
db=${1:?database}; sql=${2:?folder of .sql files}; work=${3:?folder to work in}; jobs=${4:-2}
now() { date +%s%3N; }
t0=$(now)
pg_dump -d "$db" -Fd -j "$jobs" -f "$work/dump"
for copy in by_hand by_hand_again; do
  createdb -T template0 "$copy"
  pg_restore -d "$copy" -j "$jobs" --exit-on-error "$work/dump"
  if [ "$copy" = by_hand ]; then
    { echo '\set ON_ERROR_STOP on'; echo 'begin;'; for f in "$sql"/*.sql; do echo "\\i $f"; done; echo 'rollback;'; } > "$work/apply.psql"
    psql -X -q -d "$copy" -f "$work/apply.psql" >/dev/null
  fi
done
t1=$(now)
dropdb by_hand; dropdb by_hand_again; rm -r "$work/dump"
echo $((t1 - t0))
