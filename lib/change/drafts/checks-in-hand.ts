import pLimit from 'p-limit';
import { Refusal } from '#lib/errors.ts';

/** So many bundles are checked at once by a process: each check takes a processor. */
const AT_ONCE = 2;
/** So many drafts of one person wait for their check or have it, as in so many tabs. */
const PER_PERSON = 4;

const limit = pLimit(AT_ONCE);
const inHand = new Map<string, Map<string, AbortController>>();

/**
 * Runs a check of a draft in turn. A newer one of the same draft ends it: whoever types wants to know about the last text alone. It then returns
 * without a word, as it does when `signal` ends it. `afterwards` waits for others than this process, and keeps no other check from its turn. Throws a Refusal `throttled` above four drafts of one person.
 */
export async function checkInTurn<T>(
	{ personId, draftId, signal: gone }: { personId: string; draftId: string; signal: AbortSignal },
	check: (signal: AbortSignal) => Promise<T>,
	afterwards: (checked: T, signal: AbortSignal) => Promise<void> = async () => undefined,
): Promise<void> {
	const own = inHand.get(personId) ?? new Map<string, AbortController>();
	own.get(draftId)?.abort();
	if (!own.has(draftId) && own.size >= PER_PERSON)
		throw new Refusal('throttled', 'You write several changes at once. This one is checked when one of the others has been.');
	const mine = new AbortController();
	own.set(draftId, mine);
	inHand.set(personId, own);
	const signal = AbortSignal.any([mine.signal, gone]);
	try {
		const checked = await limit(() => {
			signal.throwIfAborted();
			return check(signal);
		});
		await afterwards(checked, signal);
	} catch (error) {
		if (!signal.aborted) throw error;
	} finally {
		if (own.get(draftId) === mine) own.delete(draftId);
		if (own.size === 0 && inHand.get(personId) === own) inHand.delete(personId);
	}
}
