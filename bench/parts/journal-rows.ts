import type { Store } from '#lib/store/client.ts';

/** Far above those that the run itself writes meanwhile. */
export const FIRST_SEQ = 1_000_000;
/** So old that nobody waits for the rows before it (lib/stream/settled-rows.ts). */
const LONG_AGO_MS = 60_000;

/** Writes the row after which a benchmark adds rows of its own to the journal of a run that is under way. */
export async function leaveGap(store: Store, runId: string): Promise<void> {
	const at = new Date(Date.now() - LONG_AGO_MS);
	const data = { severity: 'NOTICE', message: 'What follows is written by the benchmark' };
	await store.journalEntry.create({ data: { runId, seq: FIRST_SEQ, at, step: 'transaction', phase: 'notice', data } });
}
