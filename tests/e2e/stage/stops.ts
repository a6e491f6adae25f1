/** What was started, in order: each ends one thing. */
export type Stops = (() => Promise<void>)[];

/** Ends everything, the last started first. One that cannot be ended keeps no other from it; the first error survives. */
export async function stopAll(stops: Stops): Promise<void> {
	const errors: unknown[] = [];
	for (const stop of stops.toReversed()) await stop().catch((error) => errors.push(error));
	stops.length = 0;
	if (errors.length > 0) throw errors[0];
}

/** Kills a process that is still there when this one exits, however it exits. Returns how to let go of it. */
export function killAtExit(pid: number, signal: NodeJS.Signals): () => void {
	const kill = () => {
		try {
			process.kill(pid, signal);
		} catch {
			// It has ended.
		}
	};
	process.once('exit', kill);
	return () => process.off('exit', kill);
}
