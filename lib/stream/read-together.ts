const gathering = new Map<string, Promise<unknown>>();

/**
 * One read for all who ask for the same at the same moment: a row wakes everybody who watches a run, and they are at the same place. A read
 * that has begun takes nobody in: it may be older than what woke them.
 */
export function readTogether<T>(key: string, read: () => Promise<T>): Promise<T> {
	const gathered = gathering.get(key) as Promise<T> | undefined;
	if (gathered) return gathered;
	const reading = new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
		gathering.delete(key);
		return read();
	});
	gathering.set(key, reading);
	return reading;
}
