/** Stops a run. Whoever aborts first says why; what comes later changes nothing. */
export type AbortSwitch = {
	readonly signal: AbortSignal;
	abort: (why: Error) => void;
	/** A restore begins after an abort: it can be aborted again. Losing the ownership is for good. */
	renew: () => void;
};

export function makeAbortSwitch(isForGood: (why: unknown) => boolean): AbortSwitch {
	let controller = new AbortController();
	return {
		get signal() {
			return controller.signal;
		},
		abort: (why) => controller.abort(why),
		renew: () => {
			if (controller.signal.aborted && !isForGood(controller.signal.reason)) controller = new AbortController();
		},
	};
}
