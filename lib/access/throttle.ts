import { countWords } from '#lib/domain/count-words.ts';
import { Refusal } from '#lib/errors.ts';
import type { Store } from '#lib/store/client.ts';

/** How far back wrong passwords count. */
export const WINDOW_MS = 15 * 60_000;

/** So many wrong passwords under one key within the window; then no more tries until the oldest is that long ago. */
export type Limit = { key: string; tries: number };

/**
 * Counts a try before its password is looked at, so that a hundred at the same moment cannot all slip under the limit.
 * Returns what `releaseTry` takes back when the password was right. Throws a Refusal, counting nothing, when a limit is reached.
 */
export async function reserveTry(store: Store, limits: Limit[]): Promise<bigint[]> {
	return store.$transaction(async (tx) => {
		const ids: bigint[] = [];
		// In one order everywhere, so that two tries never wait for each other.
		for (const { key, tries } of limits.toSorted((a, b) => (a.key < b.key ? -1 : 1))) {
			await tx.$executeRaw`select pg_advisory_xact_lock(hashtextextended(${`sign-in ${key}`}, 0))`;
			const since = new Date(Date.now() - WINDOW_MS);
			await tx.signInFailure.deleteMany({ where: { key, at: { lt: since } } });
			const counted = await tx.signInFailure.findMany({ where: { key }, orderBy: { at: 'desc' }, take: tries, select: { at: true } });
			if (counted.length >= tries) throw new Refusal('throttled', waitMessage(counted.at(-1)?.at ?? new Date()));
			const { id } = await tx.signInFailure.create({ data: { key }, select: { id: true } });
			ids.push(id);
		}
		return ids;
	});
}

/** Takes back tries that turned out not to be wrong passwords. */
export async function releaseTry(store: Store, ids: bigint[]): Promise<void> {
	await store.signInFailure.deleteMany({ where: { id: { in: ids } } });
}

function waitMessage(oldest: Date): string {
	const minutes = Math.max(1, Math.ceil((oldest.getTime() + WINDOW_MS - Date.now()) / 60_000));
	return `Too many wrong passwords. Try again in ${countWords(minutes, 'minute')}.`;
}
