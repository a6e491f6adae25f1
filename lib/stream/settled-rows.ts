/** How long a missing row may still arrive: its transaction may be slower than the next one's. */
const LATE_MS = 10_000;

/**
 * The rows, in order, up to the first gap that may still be filled: a reader that resumes after the last of them misses nothing.
 * `after` is the number before the first row. A gap older than 10 s stays a gap: its writer failed.
 */
export function settledRows<Row extends { seq: number; at: string }>(rows: Row[], { after, now }: { after: number; now: number }): Row[] {
	let last = after;
	for (const [index, row] of rows.entries()) {
		if (row.seq !== last + 1 && now - Date.parse(row.at) < LATE_MS) return rows.slice(0, index);
		last = row.seq;
	}
	return rows;
}
