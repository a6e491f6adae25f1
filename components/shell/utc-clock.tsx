'use client';

import { useNow } from '#components/ui/time/clock.tsx';

/** The time in UTC. Its space is reserved during hydration; screen readers can find it but it is not announced every second. */
export function UtcClock() {
	const now = useNow();
	return (
		<span className="mono inline-block min-w-[12ch] text-right text-ink-3">
			{now === null ? '' : `${new Date(now).toISOString().slice(11, 19)} UTC`}
		</span>
	);
}
