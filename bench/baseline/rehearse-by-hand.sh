#!/usr/bin/env bash
# rehearse-by-hand.sh DB SQL_FOLDER WORK_FOLDER: a change rehearsed by hand, timed. A dump is restored into a database of its own, all files are applied
# there in one transaction, and the dump is restored once more, as if the change had to be undone. With two jobs and quick compression, as the console.
# Connection by the usual PG* variables. Prints one JSON object with milliseconds a phase.
set -euo pipefail
db=${1:?database}; sql=${2:?folder of .sql files}; work=${3:?folder to work in}; mkdir -p "$work"
now() { date +%s%3N; }
dump=$work/rehearsed
t0=$(now)
pg_dump -d "$db" --format=directory --jobs=2 --compress=1 --file="$dump"
t1=$(now)
createdb by_hand && pg_restore --jobs=2 --exit-on-error -d by_hand "$dump"
t2=$(now)
cat "$sql"/*.sql | psql -X -q -1 -v ON_ERROR_STOP=1 -d by_hand >/dev/null
t3=$(now)
createdb by_hand_again && pg_restore --jobs=2 --exit-on-error -d by_hand_again "$dump"
t4=$(now)
dropdb by_hand && dropdb by_hand_again && rm -r "$dump"
t5=$(now)
printf '{"backup_ms":%d,"restore_ms":%d,"transaction_ms":%d,"again_ms":%d,"removal_ms":%d,"total_ms":%d}\n' \
  $((t1-t0)) $((t2-t1)) $((t3-t2)) $((t4-t3)) $((t5-t4)) $((t5-t0))
