/** Stops a run. The first abort gives the reason; later ones change nothing. */
export type AbortSwitch = {
	readonly signal: AbortSignal;
	abort: (why: Error) => void;
	/** A restore starts after an abort and can be aborted again. A stop of the owner itself is final. */
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
