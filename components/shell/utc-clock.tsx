'use client';

import { useNow } from '#components/ui/clock.tsx';

/** The time in UTC. Its place is kept while the page wakes up; screen readers find it but are not told every second. */
export function UtcClock() {
	const now = useNow();
	return (
		<span className="mono inline-block min-w-[12ch] text-right text-ink-3">
			{now === null ? '' : `${new Date(now).toISOString().slice(11, 19)} UTC`}
		</span>
	);
}
