/** Stops a run. Whoever aborts first says why; what comes later changes nothing. */
export type AbortSwitch = {
	readonly signal: AbortSignal;
	abort: (why: Error) => void;
	/** A restore begins after an abort: it can be aborted again. What stops the owner itself is for good. */
	renew: () => void;
};

export function makeAbortSwitch(isForGood: (why: unknown) => boolean): AbortSwitch {
	let controller = new AbortController();
	let forGood: Error | null = null;
	return {
		get signal() {
			return controller.signal;
		},
		abort: (why) => {
			if (isForGood(why)) forGood ??= why;
			controller.abort(why);
		},
		renew: () => {
			if (!controller.signal.aborted) return;
			controller = new AbortController();
			// It may have come second, after an abort.
			if (forGood) controller.abort(forGood);
		},
	};
}
