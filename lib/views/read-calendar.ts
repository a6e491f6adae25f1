import { openingsBetween, type Span, spanBetween } from '#lib/domain/target/window.ts';
import type { Store } from '#lib/store/client.ts';
import type { Targets } from '#lib/targets/load-targets.ts';

/** How far ahead the calendar looks. */
export const CALENDAR_DAYS = 14;
const DAY_MS = 86_400_000;
/** Of one target: a window of every day has 14. */
const MOST_ARMED = 50;

/** Times are ISO 8601; null where it has begun already, or goes on after the days shown. */
export type CalendarEntry =
	| { kind: 'open'; from: string | null; to: string | null }
	| { kind: 'freeze'; from: string | null; to: string | null; reason: string }
	| { kind: 'armed'; from: string; number: number; title: string; operator: string };

/** What may happen on each target in the next days: when its window is open, when it is frozen, and what starts by itself. In order of time. */
export async function readCalendar({ store, targets, now }: { store: Store; targets: Targets; now: Date }) {
	const end = new Date(now.getTime() + CALENDAR_DAYS * DAY_MS);
	const armed = await store.armedStart.findMany({
		where: { endedAt: null, startsAt: { lt: end } },
		select: { startsAt: true, target: true, operator: { select: { name: true } }, change: { select: { number: true, title: true } } },
		orderBy: { startsAt: 'asc' },
		take: MOST_ARMED * Math.max(1, targets.byName.size),
	});
	return [...targets.byName.values()].map(({ name, window }) => {
		const open: CalendarEntry[] = openingsBetween(window, now, end).map((span) => ({ kind: 'open', ...isoOf(span) }));
		const frozen: CalendarEntry[] = window.freezes
			.map((freeze) => ({ ...freeze, from: new Date(freeze.from), to: new Date(freeze.to) }))
			.filter((freeze) => freeze.from < end && freeze.to > now)
			.map((freeze) => ({ kind: 'freeze', reason: freeze.reason, ...isoOf(spanBetween(freeze, { from: now, to: end })) }));
		const starts: CalendarEntry[] = armed
			.filter((start) => start.target === name)
			.slice(0, MOST_ARMED)
			.map((start) => ({ kind: 'armed', from: start.startsAt.toISOString(), operator: start.operator.name, ...start.change }));
		return { target: name, entries: [...open, ...frozen, ...starts].sort((a, b) => beginOf(a) - beginOf(b)) };
	});
}

function isoOf({ from, to }: Span): { from: string | null; to: string | null } {
	return { from: from?.toISOString() ?? null, to: to?.toISOString() ?? null };
}

function beginOf({ from }: CalendarEntry): number {
	return from === null ? 0 : Date.parse(from);
}
