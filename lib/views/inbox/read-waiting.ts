import { z } from 'zod';
import type { Actor } from '#lib/access/actor.ts';
import type { Store } from '#lib/store/client.ts';
import type { Targets } from '#lib/targets/load-targets.ts';
import { readVoided } from '#lib/views/change/read-voided.ts';
import { formatPageKey, type PageKey, parsePageKey } from '#lib/views/page-key.ts';
import { KINDS, toWaiting, type Waiting, type WaitingKind } from './waiting-kinds.ts';
import { readWaitingRows } from './waiting-rows.ts';

export type Ask = { store: Store; targets: Targets; actor: Actor; now: Date };

const PAGE_SIZE = 30;

/** Where a page of what waits ends: in which kind, and after which of it. */
export type WaitingKey = PageKey & { kind: WaitingKind };
/** One page. `next` is where the next one begins, as it stands in an address; null when this is the last. */
export type WaitingPage = { items: Waiting[]; next: string | null };

/** `restore.2026-11-26T15:04:05.123Z.1042`, as it stands in an address. What is not understood is no key. */
export const waitingKeySchema = z
	.string()
	.transform((text) => {
		const [kind, rest] = [text.slice(0, text.indexOf('.')), text.slice(text.indexOf('.') + 1)];
		const key = parsePageKey(rest);
		const known = KINDS.find((one) => one === kind);
		return key && known ? { ...key, kind: known } : undefined;
	})
	.optional()
	.catch(undefined);

/** What waits for this person, the most urgent kind first, the longest waiting first within it. */
export async function readWaiting(ask: Ask, after: WaitingKey | null = null): Promise<WaitingPage> {
	const all = await readKinds(ask, after);
	const items = all.slice(0, PAGE_SIZE);
	const last = items.at(-1);
	const more = all.length > items.length && last;
	return { items, next: more ? `${last.kind}.${formatPageKey({ at: new Date(last.since), number: last.number })}` : null };
}

/** The same tasks, saying why signatures are void where a run made them so. */
export async function withReasons(store: Store, items: Waiting[]): Promise<Waiting[]> {
	const expired = items.flatMap(({ expired }) => expired ?? []);
	if (expired.length === 0) return items;
	const voided = await readVoided(store, expired);
	return items.map((item) => ({ ...item, what: (item.expired && voided.get(item.expired.id)?.reason) ?? item.what }));
}

/** Of each kind one more than a page, if there are so many. Rows that are not for this person are skipped, and others read in their place. */
async function readKinds(ask: Ask, after: WaitingKey | null): Promise<Waiting[]> {
	const take = PAGE_SIZE + 1;
	const kinds = KINDS.slice(after ? KINDS.indexOf(after.kind) : 0);
	const found = new Map<WaitingKind, Waiting[]>(kinds.map((kind) => [kind, []]));
	let from = new Map<WaitingKind, PageKey | null>(kinds.map((kind) => [kind, kind === after?.kind ? after : null]));
	while (from.size > 0) {
		const rows = await readWaitingRows(ask, { from, take });
		const next = new Map<WaitingKind, PageKey>();
		for (const kind of from.keys()) {
			const read = rows.get(kind) ?? [];
			const items = found.get(kind) ?? [];
			items.push(...read.flatMap((row) => toWaiting(kind, row, ask) ?? []));
			const last = read.at(-1);
			if (last && read.length === take && items.length < take) next.set(kind, { at: last.updatedAt, number: last.number });
		}
		from = next;
	}
	return [...found.values()].flat();
}
