import { z } from 'zod';
import { RECORD_KINDS } from '#lib/domain/record.ts';
import { KIND_TITLE } from '#lib/record/kind-title.ts';
import { parseEntry, type StoredEntry } from '#lib/record/parse-entry.ts';
import { summarizeEntry } from '#lib/record/summarize-entry.ts';
import type { Store } from '#lib/store/client.ts';

const PAGE_SIZE = 50;
/** The actor for what the console does by itself. */
export const SYSTEM = 'system';

const day = z.iso.date().optional().catch(undefined);
const seq = z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER).optional().catch(undefined);

/** The filters of the record, from the address. Invalid values are ignored. */
export const recordFilterSchema = z.object({
	kind: z.enum(RECORD_KINDS).optional().catch(undefined),
	actor: z
		.union([z.literal(SYSTEM), z.uuid()])
		.optional()
		.catch(undefined),
	change: z.coerce.number().int().min(1).max(2_147_483_647).optional().catch(undefined),
	target: z.string().min(1).max(63).optional().catch(undefined),
	/** Days in UTC, both included. */
	from: day,
	to: day,
	q: z.string().trim().min(1).max(200).optional().catch(undefined),
	/** Only entries before this one: the next page. */
	before: seq,
});
export type RecordFilter = z.infer<typeof recordFilterSchema>;

/** One page of the record, newest first. `older`: where the next page starts, or null. `q` searches the exact body. */
export async function readRecord({ store, filter }: { store: Store; filter: RecordFilter }) {
	const changeId = await idOfChange(store, filter.change);
	if (changeId === null) return { entries: [], older: null };
	const stored = await findEntries(store, { filter, changeId });
	const page = stored.slice(0, PAGE_SIZE).map(parseEntry);
	const changes = await numbersOf(
		store,
		page.flatMap(({ subject }) => (subject.changeId ? [subject.changeId] : [])),
	);
	const runs = await runsOf(
		store,
		page.flatMap(({ subject }) => (subject.runId ? [subject.runId] : [])),
	);
	const entries = page.map((entry) => ({
		seq: entry.seq,
		at: entry.at,
		actor: entry.actor.name,
		kind: KIND_TITLE[entry.kind],
		failed: entry.kind.endsWith('_failed') || entry.kind.endsWith('refused') || entry.kind === 'alert.failed',
		summary: summarizeEntry(entry),
		links: [
			...(entry.subject.changeId && changes.has(entry.subject.changeId)
				? [{ label: entry.subject.change ?? 'change', href: `/changes/${changes.get(entry.subject.changeId)}` }]
				: []),
			...(entry.subject.runId && runs.has(entry.subject.runId)
				? [{ label: `run ${runs.get(entry.subject.runId)}`, href: `/runs/${entry.subject.runId}` }]
				: []),
		],
		target: entry.subject.target ?? null,
		exact: entry.exact,
		hash: entry.hash,
		previous: entry.previous,
	}));
	return { entries, older: stored.length > PAGE_SIZE ? (page.at(-1)?.seq ?? null) : null };
}

/** The people that the record can be filtered by. */
export async function readRecordPeople(store: Store): Promise<{ id: string; name: string }[]> {
	return store.person.findMany({ select: { id: true, name: true }, orderBy: { name: 'asc' } });
}

async function findEntries(
	store: Store,
	{ filter, changeId }: { filter: RecordFilter; changeId: string | undefined },
): Promise<StoredEntry[]> {
	const { kind, target, from, to, q, before } = filter;
	const actorId = filter.actor === SYSTEM ? undefined : filter.actor;
	const onlySystem = filter.actor === SYSTEM;
	return store.$queryRaw<StoredEntry[]>`
		select seq, hash, previous, body from record_entry
		where (${before ?? null}::bigint is null or seq < ${before ?? null}::bigint)
		  and (${kind ?? null}::text is null or kind = ${kind ?? null}::text)
		  and (${actorId ?? null}::uuid is null or actor_id = ${actorId ?? null}::uuid)
		  and (not ${onlySystem} or actor_id is null)
		  and (${changeId ?? null}::uuid is null or change_id = ${changeId ?? null}::uuid)
		  and (${target ?? null}::text is null or target = ${target ?? null}::text)
		  and (${from ?? null}::text is null or at >= (${from ?? null}::text || ' 00:00Z')::timestamptz)
		  and (${to ?? null}::text is null or at < (${to ?? null}::text || ' 00:00Z')::timestamptz + interval '24 hours')
		  and (${q ?? null}::text is null or position(lower(${q ?? null}::text) in lower(convert_from(body, 'UTF8'))) > 0)
		order by seq desc
		limit ${PAGE_SIZE + 1}`;
}

/** Undefined without a change filter, null when that change does not exist. */
async function idOfChange(store: Store, number: number | undefined): Promise<string | null | undefined> {
	if (number === undefined) return undefined;
	return (await store.change.findUnique({ where: { number }, select: { id: true } }))?.id ?? null;
}

async function numbersOf(store: Store, ids: string[]): Promise<Map<string, number>> {
	const changes = await store.change.findMany({ where: { id: { in: ids } }, select: { id: true, number: true } });
	return new Map(changes.map(({ id, number }) => [id, number]));
}

async function runsOf(store: Store, ids: string[]): Promise<Map<string, number>> {
	const runs = await store.run.findMany({ where: { id: { in: ids } }, select: { id: true, number: true } });
	return new Map(runs.map(({ id, number }) => [id, number]));
}
