/** Waits for all, so that nothing keeps running in the background, and then throws the first error. */
export async function allOrFirstError<T extends unknown[]>(work: { [K in keyof T]: Promise<T[K]> }): Promise<T> {
	let first: { error: unknown } | null = null;
	const settled = work.map((promise) =>
		promise.catch((error: unknown) => {
			first ??= { error };
		}),
	);
	const values = await Promise.all(settled);
	if (first) throw (first as { error: unknown }).error;
	return values as T;
}
