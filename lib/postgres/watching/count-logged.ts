import type { Target } from '#lib/domain/target/target.ts';
import { isErrorLevel, type NotMeasured } from '#lib/domain/watching/sample.ts';
import type { TargetClient } from '#lib/postgres/connection/connect.ts';
import { quoteIdentifier, quoteQualifiedName } from '#lib/postgres/connection/quote.ts';
import { SQLSTATE, sqlstateOf } from '#lib/postgres/connection/sqlstates.ts';

/** What was logged since the counter was made, per level, and how many of those are errors. */
export type Logged = { byLevel: Record<string, number>; errors: number };
export type LogCounter = { count: (client: TargetClient, nowMs: number) => Promise<Logged | NotMeasured> };

/**
 * Rows this old are counted for good; younger ones each time anew, because a transaction may add a row with an earlier time.
 * So a sample reads a few minutes of the log, however long the run takes.
 */
const SETTLED_AFTER_MS = 120_000;
/** What may be so inside a run's own transaction, or after it: then there is no figure, and nothing is wrong with the watching. */
const BUNDLE_CHANGED_IT = [SQLSTATE.lockNotAvailable, SQLSTATE.undefinedTable, SQLSTATE.undefinedColumn] as const;

/** Counts the application's log from `fromMs` on (the target's clock, ms since 1970). An index that begins with the time is used. */
export function makeLogCounter({ table, level, at }: NonNullable<Target['logTable']>, fromMs: number): LogCounter {
	const time = quoteIdentifier(at);
	const sql = `select ${quoteIdentifier(level)}::text as level, pg_catalog.count(*) as n, pg_catalog.count(*) filter (where ${time} < $2::timestamptz) as settled
		from ${quoteQualifiedName(table)} where ${time} >= $1::timestamptz group by 1`;
	const settled = new Map<string, number>();
	let lowerMs = fromMs;
	return {
		count: async (client, nowMs) => {
			const nextMs = nowMs - lowerMs > 2 * SETTLED_AFTER_MS ? nowMs - SETTLED_AFTER_MS : lowerMs;
			let rows: { level: string | null; n: string; settled: string }[];
			try {
				({ rows } = await client.query(sql, [new Date(lowerMs).toISOString(), new Date(nextMs).toISOString()]));
			} catch (error) {
				const state = sqlstateOf(error);
				if (!BUNDLE_CHANGED_IT.some((known) => known === state)) throw error;
				return { notMeasured: `${table}: ${(error as Error).message}` };
			}
			const byLevel = new Map(settled);
			for (const row of rows) {
				const name = row.level ?? 'none';
				byLevel.set(name, (byLevel.get(name) ?? 0) + Number(row.n));
				if (row.settled !== '0') settled.set(name, (settled.get(name) ?? 0) + Number(row.settled));
			}
			lowerMs = nextMs;
			return { byLevel: Object.fromEntries(byLevel), errors: sumOfErrors(byLevel) };
		},
	};
}

function sumOfErrors(byLevel: ReadonlyMap<string, number>): number {
	return [...byLevel].reduce((sum, [level, n]) => (isErrorLevel(level) ? sum + n : sum), 0);
}
