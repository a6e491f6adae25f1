/** Longer than this is worth a number. */
const LONG_MS = 2_000;

/** A line for a thing done, with its time when that was long. */
export async function tell<T>(title: string, work: () => Promise<T>): Promise<T> {
	const startedAt = Date.now();
	try {
		const result = await work();
		const ms = Date.now() - startedAt;
		console.log(`  ✓ ${title}${ms > LONG_MS ? ` (${Math.round(ms / 1000)} s)` : ''}`);
		return result;
	} catch (error) {
		console.log(`  ✗ ${title}`);
		throw error;
	}
}
