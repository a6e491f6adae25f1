import { z } from 'zod';
import { instantWords } from '../wording/instant-words.ts';

const clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$|^24:00$/, 'must be a time of day in UTC, such as 02:00');
const instant = z.iso.datetime({ message: 'must be a time in UTC, such as 2026-11-22T02:00:00Z' });

const CLOCK_INSTEAD = 'for the whole day write 00:00 to 24:00';
const interval = z.strictObject({ from: instant, to: instant });
const ENDS_AFTER_ITS_BEGINNING = { path: ['to'], message: 'must be later than `from`: the interval is empty. Are the two swapped?' };

function endsLater({ from, to }: { from: string; to: string }): boolean {
	return Date.parse(to) > Date.parse(from);
}

/** When a target may be changed: half-open intervals in UTC, less any freeze. `to` before `from` goes past midnight. */
export const windowSchema = z
	.strictObject({
		daily: z
			.strictObject({ from: clock, to: clock })
			.refine(({ from }) => from !== '24:00', { path: ['from'], message: 'a day starts at 00:00' })
			.refine(({ from, to }) => from !== to, { path: ['to'], message: `is the same as \`from\`: the window is empty; ${CLOCK_INSTEAD}` })
			.optional(),
		once: z.array(interval.refine(endsLater, ENDS_AFTER_ITS_BEGINNING)).default([]),
		freezes: z.array(interval.extend({ reason: z.string().min(1) }).refine(endsLater, ENDS_AFTER_ITS_BEGINNING)).default([]),
	})
	.refine((w) => w.daily || w.once.length > 0, 'a window needs `daily` or at least one entry in `once`');
export type Window = z.infer<typeof windowSchema>;

export type WindowState = { open: true; closesAt: Date; remainingMs: number } | { open: false; reason: string; opensAt: Date | null };

type Interval = { from: number; to: number };
const DAY_MS = 86_400_000;
/** How far ahead the next opening is searched. */
const HORIZON_DAYS = 400;

/** Whether the window is open at `now`, until when, or when it opens next. Freezes are subtracted. Pure: the caller passes the time. */
export function windowAt(window: Window, now: Date): WindowState {
	const t = now.getTime();
	const intervals = openIntervals(window, t);
	const current = intervals.find((i) => i.from <= t && t < i.to);
	if (current) return { open: true, closesAt: new Date(current.to), remainingMs: current.to - t };
	const freeze = window.freezes.find((f) => Date.parse(f.from) <= t && t < Date.parse(f.to));
	const next = intervals.find((i) => i.from > t);
	return {
		open: false,
		reason: freeze
			? `frozen until ${freeze.to}: ${freeze.reason}`
			: `outside the window ${describeWindow(window)}; the database's clock shows ${instantWords(now.toISOString())}`,
		opensAt: next ? new Date(next.from) : null,
	};
}

/** From when to when, as far as it lies between two times: null where it began before them, or goes on after them. */
export type Span = { from: Date | null; to: Date | null };

/** When the window is open between two times, freezes subtracted. In order, none touching the next. */
export function openingsBetween(window: Window, from: Date, to: Date): Span[] {
	return openIntervals(window, from.getTime())
		.filter((i) => i.from < to.getTime())
		.map((i) => spanBetween({ from: new Date(i.from), to: new Date(i.to) }, { from, to }));
}

/** The part of an interval that lies between two times. */
export function spanBetween(interval: { from: Date; to: Date }, between: { from: Date; to: Date }): Span {
	return {
		from: interval.from <= between.from ? null : interval.from,
		to: interval.to >= between.to ? null : interval.to,
	};
}

/** The parts of a window that no longer have an effect, or never had one. The page shows them; they are not errors of the file. */
export function idleParts(window: Window, now: Date): string[] {
	const t = now.getTime();
	const past = window.once.filter(({ to }) => Date.parse(to) <= t).map(({ from, to }) => `the window ${from} to ${to} is over`);
	const opens = windowAt(window, now);
	return [...past, ...(!opens.open && opens.opensAt === null ? ['no window will open again'] : [])];
}

/** The window in words: "02:00–04:00 UTC". */
export function describeWindow(window: Window): string {
	const parts = window.once.map((o) => `${o.from} to ${o.to}`);
	if (window.daily) parts.unshift(`${window.daily.from}–${window.daily.to} UTC`);
	return parts.join(', ');
}

function openIntervals(window: Window, t: number): Interval[] {
	const whole = [...dailyIntervals(window, t), ...window.once.map((o) => ({ from: Date.parse(o.from), to: Date.parse(o.to) }))];
	const freezes = window.freezes.map((f) => ({ from: Date.parse(f.from), to: Date.parse(f.to) }));
	return joined(whole.filter((i) => i.to > t))
		.flatMap((i) => without(i, freezes))
		.filter((i) => i.to > t);
}

function dailyIntervals(window: Window, t: number): Interval[] {
	if (!window.daily) return [];
	const from = minutes(window.daily.from);
	const to = minutes(window.daily.to);
	const length = to > from ? to - from : to + 24 * 60 - from;
	const midnight = Math.floor(t / DAY_MS) * DAY_MS;
	return Array.from({ length: HORIZON_DAYS }, (_, day) => {
		const start = midnight + (day - 1) * DAY_MS + from * 60_000;
		return { from: start, to: start + length * 60_000 };
	});
}

/** Intervals that touch or overlap become one, so that [00:00, 24:00) every day never closes at midnight. */
function joined(intervals: Interval[]): Interval[] {
	const sorted = [...intervals].sort((a, b) => a.from - b.from);
	const out: Interval[] = [];
	for (const next of sorted) {
		const last = out.at(-1);
		if (last && next.from <= last.to) last.to = Math.max(last.to, next.to);
		else out.push({ ...next });
	}
	return out;
}

function without(interval: Interval, holes: Interval[]): Interval[] {
	return holes.reduce<Interval[]>(
		(rest, hole) =>
			rest.flatMap((i) =>
				hole.to <= i.from || hole.from >= i.to
					? [i]
					: [
							{ from: i.from, to: Math.min(i.to, hole.from) },
							{ from: Math.max(i.from, hole.to), to: i.to },
						].filter((p) => p.from < p.to),
			),
		[interval],
	);
}

function minutes(hhmm: string): number {
	const [h, m] = hhmm.split(':').map(Number) as [number, number];
	return h * 60 + m;
}
