const held = globalThis as { countersignOpenStreams?: Set<() => void>; countersignDraining?: boolean };

/** Calls `end` when the process stops; at once if it is already stopping. Returns a function that cancels this. */
export function rememberStream(end: () => void): () => void {
	held.countersignOpenStreams ??= new Set();
	const open = held.countersignOpenStreams;
	if (held.countersignDraining) queueMicrotask(end);
	open.add(end);
	return () => open.delete(end);
}

/** The process is stopping: every stream ends and tells its reader to reconnect; another process will then answer. */
export function endStreams(): void {
	held.countersignDraining = true;
	for (const end of held.countersignOpenStreams ?? []) end();
}

export function isDraining(): boolean {
	return held.countersignDraining === true;
}
