/** How often an owner sends its heartbeat, and after how much silence another takes over. */
export const HEARTBEAT_MS = 3_000;
export const LEASE_MS = 15_000;

/**
 * Sends an owner's heartbeat until `stop`. `beat` stores it and returns 1, or 0 where somebody else is the owner. When that is so, or no
 * heartbeat was stored for a whole lease, `onLost` is called once: the owner must stop, because another may have started.
 */
export function keepLease({ beat, onLost }: { beat: () => Promise<number>; onLost: () => void }): { stop: () => Promise<void> } {
	let saidAt = performance.now();
	let askedAt: number | null = null;
	let stopped = false;
	let beating: Promise<void> = Promise.resolve();
	const say = async () => {
		askedAt = performance.now();
		try {
			if ((await beat()) === 1) saidAt = performance.now();
			else lose();
		} catch {
			// The console's database may be back by the next heartbeat; a whole lease without one decides.
			if (performance.now() - saidAt > LEASE_MS) lose();
		} finally {
			askedAt = null;
		}
	};
	const lose = () => {
		if (stopped) return;
		stopped = true;
		clearInterval(timer);
		onLost();
	};
	const timer = setInterval(() => {
		if (askedAt === null) beating = say();
		// It neither answers nor fails: another worker may reach it, and have what it owned.
		else if (performance.now() - askedAt > LEASE_MS) lose();
	}, HEARTBEAT_MS);
	return {
		stop: async () => {
			stopped = true;
			clearInterval(timer);
			await beating;
		},
	};
}
