export type Bell = { ring: () => void; reset: () => void; wait: (timeoutMs: number) => Promise<void> };

/** What wakes a stream. If it rings before somebody waits, that wait ends at once. */
export function makeBell(): Bell {
	let rung = false;
	let wake: (() => void) | null = null;
	return {
		ring: () => {
			rung = true;
			wake?.();
		},
		reset: () => {
			rung = false;
		},
		wait: (timeoutMs) =>
			new Promise((resolve) => {
				if (rung) return resolve();
				const done = () => {
					clearTimeout(timer);
					wake = null;
					resolve();
				};
				const timer = setTimeout(done, timeoutMs);
				wake = done;
			}),
	};
}
