import type { Sample, WaitingSession } from '#lib/domain/watching/sample.ts';
import { redact } from '#lib/redact.ts';
import type { WaitingRow } from './sample-sql.ts';

const TREE_SESSIONS = 20;
const QUERY_CHARACTERS = 200;

/**
 * Who waits for whom. Behind us is who waits for one of the run's backends, or for somebody who is behind us. The console's own
 * sessions are in no count; the run's backend is in the tree when it waits itself. `nameOf`: a relation's name by its OID, or null.
 */
export function describeWaiting(rows: readonly WaitingRow[], runPids: number[], nameOf: (oid: number) => string | null): Sample['waiting'] {
	const behind = pidsBehind(rows, runPids);
	const told = rows.filter((row) => row.isRun || (!row.own && (row.here || behind.has(row.pid))));
	const others = told.filter((row) => !row.own);
	const victims = others.filter((row) => behind.has(row.pid));
	const tree = told.map(
		(row): WaitingSession => ({
			pid: row.pid,
			user: row.user,
			application: row.application,
			waitedMs: row.waitedMs,
			relation: row.here && row.relationOid !== null ? nameOf(row.relationOid) : null,
			mode: row.mode,
			blockedBy: row.blockedBy,
			behindUs: behind.has(row.pid),
			query: redact(row.query).slice(0, QUERY_CHARACTERS),
		}),
	);
	tree.sort((a, b) => Number(b.behindUs) - Number(a.behindUs) || b.waitedMs - a.waitedMs);
	return {
		count: others.length,
		longestMs: longest(others),
		behindUs: { count: victims.length, longestMs: longest(victims) },
		runPids,
		tree: tree.slice(0, TREE_SESSIONS),
	};
}

function pidsBehind(rows: readonly WaitingRow[], runPids: readonly number[]): Set<number> {
	const behind = new Set<number>();
	const isInFront = (pid: number) => runPids.includes(pid) || behind.has(pid);
	for (let before = -1; before !== behind.size; ) {
		before = behind.size;
		for (const row of rows) if (!row.isRun && row.blockedBy.some(isInFront)) behind.add(row.pid);
	}
	return behind;
}

function longest(rows: readonly WaitingRow[]): number {
	return rows.reduce((most, row) => Math.max(most, row.waitedMs), 0);
}
