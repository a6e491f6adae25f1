import type { JournalRow } from '#lib/domain/run.ts';
import type { Store } from '#lib/store/client.ts';
import { readWatched, type Watched } from './read-watched.ts';
import { settledRows } from './settled-rows.ts';

/** Rows of the journal at once, for a page: enough for several screens. */
const PAGE_ROWS = 1_000;
/** Phases with thousands of rows. All others are always read in full: they show the state of the steps. */
const MANY = ['statement started', 'statement done', 'notice', 'progress', 'sample'];
/** Samples are not log lines: they are read separately, in the form that charts need. */
const NO_SAMPLE = { not: 'sample' };

const COLUMNS = { seq: true, at: true, step: true, phase: true, data: true } as const;
type StoredRow = { seq: number; at: Date; step: string; phase: string; data: unknown };

/** A part of the journal: `from` is the number of its first row; before it only the steps' own rows are known. */
export type JournalPart = { rows: JournalRow[]; from: number };

/** The rows after `after`, at most `limit`. `waiting`: there are more, but an earlier one is still missing. */
export async function readJournalAfter(
	store: Store,
	{ runId, after, limit }: { runId: string; after: number; limit: number },
): Promise<{ rows: JournalRow[]; waiting: boolean }> {
	const stored = await store.journalEntry.findMany({
		where: { runId, seq: { gt: after } },
		orderBy: { seq: 'asc' },
		take: limit,
		select: COLUMNS,
	});
	const rows = settledRows(stored.map(journalRow), { after, now: Date.now() });
	return { rows, waiting: rows.length < stored.length };
}

/** The state of the run: every row about its steps, the latest of the others, and the samples. `seq`: where to continue. */
export async function readJournalTail(store: Store, runId: string): Promise<JournalPart & { seq: number; watched: Watched }> {
	const seq = await lastSettled(store, runId);
	const from = await firstOfPage(store, { runId, before: seq + 1 });
	const [rows, watched] = await Promise.all([
		store.journalEntry.findMany({
			where: {
				runId,
				OR: [
					{ seq: { lt: from }, phase: { notIn: MANY } },
					{ seq: { gte: from, lte: seq }, phase: NO_SAMPLE },
				],
			},
			orderBy: { seq: 'asc' },
			select: COLUMNS,
		}),
		readWatched(store, { runId, upTo: seq }),
	]);
	return { rows: rows.map(journalRow), from, seq, watched };
}

/** The last row before the first gap. */
async function lastSettled(store: Store, runId: string): Promise<number> {
	const newest = await store.journalEntry.findMany({
		where: { runId },
		orderBy: { seq: 'desc' },
		take: PAGE_ROWS,
		select: { seq: true, at: true },
	});
	const rows = newest.reverse().map(({ seq, at }) => ({ seq, at: at.toISOString() }));
	const after = (rows[0]?.seq ?? 1) - 1;
	return settledRows(rows, { after, now: Date.now() }).at(-1)?.seq ?? after;
}

/** The part before `before`. */
export async function readJournalBefore(store: Store, { runId, before }: { runId: string; before: number }): Promise<JournalPart> {
	const from = await firstOfPage(store, { runId, before });
	const stored = await store.journalEntry.findMany({
		where: { runId, seq: { gte: from, lt: before }, phase: NO_SAMPLE },
		orderBy: { seq: 'asc' },
		select: COLUMNS,
	});
	return { rows: stored.map(journalRow), from };
}

async function firstOfPage(store: Store, { runId, before }: { runId: string; before: number }): Promise<number> {
	const [first] = await store.journalEntry.findMany({
		where: { runId, seq: { lt: before }, phase: NO_SAMPLE },
		orderBy: { seq: 'desc' },
		skip: PAGE_ROWS - 1,
		take: 1,
		select: { seq: true },
	});
	return first?.seq ?? 1;
}

function journalRow({ seq, at, step, phase, data }: StoredRow): JournalRow {
	return { seq, at: at.toISOString(), step, phase, data } as JournalRow;
}
