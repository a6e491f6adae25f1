'use client';

import { useNow } from './clock.tsx';

const DAY = { weekday: 'short', day: 'numeric', month: 'short' } as const;
const CLOCK = { hour: '2-digit', minute: '2-digit' } as const;

type SpanTimes = { from: string | null; to: string | null };

/** From when to when, in UTC, with the browser's own time beside it where that differs. Times are ISO 8601; null: it has no such end. */
export function Span({ from, to }: SpanTimes) {
	const isHere = useNow() !== null;
	const zoned = from ?? to;
	const hasOwnZone = isHere && zoned !== null && new Date(zoned).getTimezoneOffset() !== 0;
	return (
		<span className="grid tabular-nums">
			<span>{inWords({ from, to }, 'UTC')}</span>
			{hasOwnZone && <span className="text-sm text-ink-2">{inWords({ from, to }, null)}</span>}
		</span>
	);
}

function inWords({ from, to }: SpanTimes, zone: 'UTC' | null): string {
	const clock = (iso: string) => new Date(iso).toLocaleTimeString('en-GB', { ...CLOCK, ...(zone ? { timeZone: zone } : {}) });
	const day = (iso: string) => new Date(iso).toLocaleDateString('en-GB', { ...DAY, ...(zone ? { timeZone: zone } : {}) });
	const where = zone ?? 'here';
	if (from === null && to === null) return 'all of these days';
	if (from === null) return `until ${day(to as string)}, ${clock(to as string)} ${where}`;
	if (to === null) return `from ${day(from)}, ${clock(from)} ${where} on`;
	if (from === to) return `${day(from)}, ${clock(from)} ${where}`;
	if (day(from) === day(to)) return `${day(from)}, ${clock(from)}–${clock(to)} ${where}`;
	return `${day(from)}, ${clock(from)} – ${day(to)}, ${clock(to)} ${where}`;
}
