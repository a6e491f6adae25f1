import { countWords } from '#lib/domain/wording/count-words.ts';
import { Refusal } from '#lib/errors.ts';

/** Streams that one person may have open in one web process. */
export const STREAMS_PER_PERSON = 20;

const held = globalThis as { countersignStreams?: Map<string, number> };

/** Streams that this process serves now. */
export function openStreams(): number {
	return [...(held.countersignStreams ?? new Map()).values()].reduce((sum, taken) => sum + taken, 0);
}

/** Reserves a stream for this person and returns the function that releases it, once. Throws a Refusal when all are taken. */
export function takeStreamPlace(personId: string): () => void {
	held.countersignStreams ??= new Map();
	const open = held.countersignStreams;
	const taken = open.get(personId) ?? 0;
	if (taken >= STREAMS_PER_PERSON)
		throw new Refusal('throttled', `You already have ${countWords(taken, 'run')} open. Close a page and try again.`);
	open.set(personId, taken + 1);
	let given = false;
	return () => {
		if (given) return;
		given = true;
		const left = (open.get(personId) ?? 1) - 1;
		if (left > 0) open.set(personId, left);
		else open.delete(personId);
	};
}
