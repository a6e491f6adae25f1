import { z } from 'zod';
import { formatPageKey, type PageKey, parsePageKey } from '#lib/views/page-key.ts';
import {
	type Ask,
	PAGE_SIZE,
	type Part,
	restores,
	toClose,
	toExecute,
	toRevise,
	toSign,
	toStandBy,
	type Waiting,
} from './waiting-kinds.ts';

/** The most urgent kind first. */
const KINDS = ['restore', 'sign', 'execute', 'stand by', 'revise', 'close'] as const;
const READ: Record<Waiting['kind'], (part: Part) => Promise<Waiting[]>> = {
	restore: restores,
	sign: toSign,
	execute: toExecute,
	'stand by': toStandBy,
	revise: toRevise,
	close: toClose,
};

/** Where a page of what waits ends: in which kind, and after which of it. */
export type WaitingKey = PageKey & { kind: Waiting['kind'] };

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

/**
 * What waits for this person, the most urgent kind first, the longest waiting first within it: one page. `next` is where the
 * next page begins, as it stands in an address; null when this is the last.
 */
export async function readWaiting(ask: Ask, after: WaitingKey | null = null): Promise<{ items: Waiting[]; next: string | null }> {
	const from = after ? KINDS.indexOf(after.kind) : 0;
	const parts = await Promise.all(KINDS.slice(from).map((kind) => READ[kind]({ ...ask, after: kind === after?.kind ? after : null })));
	const all = parts.flat();
	const items = all.slice(0, PAGE_SIZE);
	const last = items.at(-1);
	const more = all.length > items.length && last;
	return { items, next: more ? `${last.kind}.${formatPageKey({ at: new Date(last.since), number: last.number })}` : null };
}
