import type { Target } from '#lib/domain/target/target.ts';
import type { Sample } from '#lib/domain/watching/sample.ts';
import { type LogCounter, type Logged, makeLogCounter } from './count-logged.ts';
import type { SampleRow } from './sample-sql.ts';

/**
 * What is counted from the beginning of a watching. The counters are no part of its connections: another watching of the same target
 * can go on with them, and then nothing of what happened in between is lost.
 */
export type Counters = {
	deadlocks: (row: SampleRow) => number;
	wal: (row: SampleRow) => Sample['wal'];
	/** Null where the target names no log table. */
	log: LogCounter | null;
	errors: (logged: Logged) => Exclude<Sample['errors'], { notMeasured: string }>;
	/** From now on errors count as since BEGIN. */
	begin: () => void;
};

export function makeCounters(first: SampleRow, logTable: Target['logTable']): Counters {
	let errorsSeen = 0;
	let errorsAtBegin: number | null = null;
	return {
		deadlocks: makeDeadlockCounter(first),
		wal: makeWalMeter(first),
		log: logTable ? makeLogCounter(logTable, Number(first.nowMs)) : null,
		errors: (logged) => {
			errorsSeen = logged.errors;
			return { byLevel: logged.byLevel, sinceBegin: errorsAtBegin === null ? 0 : Math.max(0, logged.errors - errorsAtBegin) };
		},
		begin: () => {
			errorsAtBegin = errorsSeen;
		},
	};
}

/** PostgreSQL counts per database since its statistics began: after a swap another database has the name, and begins anew. */
function makeDeadlockCounter(first: SampleRow): (row: SampleRow) => number {
	let last = first;
	let sum = 0;
	return (row) => {
		const before = row.databaseOid === last.databaseOid ? Number(last.deadlocks ?? 0) : Number(row.deadlocks ?? 0);
		const now = Number(row.deadlocks ?? 0);
		// Fewer than before: the statistics were reset in between, and all of these are new.
		sum += now >= before ? now - before : now;
		last = row;
		return sum;
	};
}

function makeWalMeter(first: SampleRow): (row: SampleRow) => Sample['wal'] {
	let last = first;
	return (row) => {
		const seconds = (Number(row.nowMs) - Number(last.nowMs)) / 1000;
		const perSecond = seconds > 0 ? Math.max(0, Math.round((Number(row.walBytes) - Number(last.walBytes)) / seconds)) : 0;
		last = row;
		return { bytes: Math.max(0, Number(row.walBytes) - Number(first.walBytes)), perSecond };
	};
}
