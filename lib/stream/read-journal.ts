import type { JournalRow } from '#lib/domain/run.ts';
import type { Store } from '#lib/store/client.ts';
import { settledRows } from './settled-rows.ts';

/** Rows of the journal at once, for a page: enough for several screens. */
const PAGE_ROWS = 1_000;
/** What comes by the thousand. Everything else is always read whole: it says how the steps stand. */
const MANY = ['statement started', 'statement done', 'notice', 'progress', 'sample'];

const COLUMNS = { seq: true, at: true, step: true, phase: true, data: true } as const;
type StoredRow = { seq: number; at: Date; step: string; phase: string; data: unknown };

/** A part of the journal: `from` is the number of its first row; before it only the steps' own rows are known. */
export type JournalPart = { rows: JournalRow[]; from: number };

/** The rows that follow `after`, at most `limit`. `waiting`: there are more that cannot be given yet, because one before them is late. */
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

/** How the run stands: every row that says how its steps stand, and the latest of the others. */
export async function readJournalTail(store: Store, runId: string): Promise<JournalPart> {
	const { _max } = await store.journalEntry.aggregate({ where: { runId }, _max: { seq: true } });
	const from = await firstOfPage(store, { runId, before: (_max.seq ?? 0) + 1 });
	const [steps, { rows }] = await Promise.all([
		store.journalEntry.findMany({
			where: { runId, seq: { lt: from }, phase: { notIn: MANY } },
			orderBy: { seq: 'asc' },
			select: COLUMNS,
		}),
		readJournalAfter(store, { runId, after: from - 1, limit: PAGE_ROWS * 2 }),
	]);
	return { rows: [...steps.map(journalRow), ...rows], from };
}

/** The part before `before`. */
export async function readJournalBefore(store: Store, { runId, before }: { runId: string; before: number }): Promise<JournalPart> {
	const from = await firstOfPage(store, { runId, before });
	const stored = await store.journalEntry.findMany({
		where: { runId, seq: { gte: from, lt: before } },
		orderBy: { seq: 'asc' },
		select: COLUMNS,
	});
	return { rows: stored.map(journalRow), from };
}

/** A part begins where a statement begins, so that no statement is in one part and its end in the next. */
async function firstOfPage(store: Store, { runId, before }: { runId: string; before: number }): Promise<number> {
	const earliest = before - PAGE_ROWS;
	if (earliest <= 1) return 1;
	const { _min } = await store.journalEntry.aggregate({
		where: { runId, seq: { gte: earliest, lt: before }, phase: 'statement started' },
		_min: { seq: true },
	});
	return _min.seq ?? earliest;
}

function journalRow({ seq, at, step, phase, data }: StoredRow): JournalRow {
	return { seq, at: at.toISOString(), step, phase, data } as JournalRow;
}
