import { countWords } from '#lib/domain/wording/count-words.ts';
import { Refusal } from '#lib/errors.ts';
import type { Store } from '#lib/store/client.ts';

/** How far back wrong passwords count. */
export const WINDOW_MS = 15 * 60_000;

/** How many wrong passwords one key may have within the window. After that no attempt is allowed until the oldest leaves the window. */
export type Limit = { key: string; tries: number };

/**
 * Counts an attempt before its password is checked, so that a hundred at once cannot all pass the limit.
 * Returns what `releaseTry` removes when the password was right. When a limit is reached, throws a Refusal and counts nothing.
 */
export async function reserveTry(store: Store, limits: Limit[]): Promise<bigint[]> {
	return store.$transaction(async (tx) => {
		const ids: bigint[] = [];
		// Always in the same order, so that two attempts never wait for each other.
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

/** Removes attempts whose password was right. */
export async function releaseTry(store: Store, ids: bigint[]): Promise<void> {
	await store.signInFailure.deleteMany({ where: { id: { in: ids } } });
}

function waitMessage(oldest: Date): string {
	const minutes = Math.max(1, Math.ceil((oldest.getTime() + WINDOW_MS - Date.now()) / 60_000));
	return `Too many wrong passwords. Try again in ${countWords(minutes, 'minute')}.`;
}
