import { KIND_TITLE } from '#lib/record/kind-title.ts';
import { parseEntry } from '#lib/record/parse-entry.ts';
import { summarizeEntry } from '#lib/record/summarize-entry.ts';
import type { Store } from '#lib/store/client.ts';

const PAGE_SIZE = 100;

/** The record's entries about one change, newest first, one page at a time. `before` is the seq to continue from. */
export async function readChangeRecord(store: Store, { changeId, before }: { changeId: string; before: bigint | null }) {
	const rows = await store.recordEntry.findMany({
		where: { changeId, ...(before === null ? {} : { seq: { lt: before } }) },
		select: { seq: true, hash: true, previous: true, body: true },
		orderBy: { seq: 'desc' },
		take: PAGE_SIZE + 1,
	});
	const entries = rows.slice(0, PAGE_SIZE).map((row) => {
		const entry = parseEntry(row);
		return { seq: entry.seq, at: entry.at, title: KIND_TITLE[entry.kind], actor: entry.actor.name, detail: summarizeEntry(entry) };
	});
	return { entries, older: rows.length > PAGE_SIZE ? (entries.at(-1)?.seq ?? null) : null };
}
