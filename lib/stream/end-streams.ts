const held = globalThis as { countersignOpenStreams?: Set<() => void>; countersignDraining?: boolean };

/** Ends `end` when the process stops; at once when it stops already. Returns what forgets it. */
export function rememberStream(end: () => void): () => void {
	held.countersignOpenStreams ??= new Set();
	const open = held.countersignOpenStreams;
	if (held.countersignDraining) queueMicrotask(end);
	open.add(end);
	return () => open.delete(end);
}

/** The process stops: every stream ends with a hint to come again, when another process will answer. */
export function endStreams(): void {
	held.countersignDraining = true;
	for (const end of held.countersignOpenStreams ?? []) end();
}

export function isDraining(): boolean {
	return held.countersignDraining === true;
}
