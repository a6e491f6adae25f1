import { z } from 'zod';

/** Where one page of a list ends: the time and the number of its last row. The next page begins after it, whatever has come since. */
export type PageKey = { at: Date; number: number };

/** As it stands in an address: `2026-11-26T15:04:05.123Z.1042`. What is not understood is no key. */
export const pageKeySchema = z
	.string()
	.transform((text) => parsePageKey(text) ?? undefined)
	.optional()
	.catch(undefined);

export function formatPageKey({ at, number }: PageKey): string {
	return `${at.toISOString()}.${number}`;
}

export function parsePageKey(text: string): PageKey | null {
	const [, time = '', number] = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)\.(\d{1,9})$/.exec(text) ?? [];
	const at = new Date(time);
	return Number.isNaN(at.getTime()) ? null : { at, number: Number(number) };
}

/** Changes that come after the key in the order of `updatedAt` and number. The first bound alone is what an index can begin at. */
export function updatedAfter(key: PageKey | null, direction: 'ascending' | 'descending') {
	if (!key) return {};
	const { at, number } = key;
	return direction === 'ascending'
		? { updatedAt: { gte: at }, AND: { OR: [{ updatedAt: { gt: at } }, { number: { gt: number } }] } }
		: { updatedAt: { lte: at }, AND: { OR: [{ updatedAt: { lt: at } }, { number: { lt: number } }] } };
}
