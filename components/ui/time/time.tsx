'use client';

import { durationWords, relativeWords } from '#lib/domain/wording/duration-words.ts';
import { useNow } from './clock.tsx';

/** A time in UTC with the relative time beside it: "02:14:07 UTC · 7 min ago". `at` is ISO 8601. The date is shown unless it is today. */
export function Time({ at, relative = true }: { at: string; relative?: boolean }) {
	const now = useNow();
	const moment = Date.parse(at);
	const iso = new Date(moment).toISOString();
	const today = now !== null && new Date(now).toISOString().slice(0, 10) === iso.slice(0, 10);
	return (
		<time dateTime={iso} title={`${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`} className="whitespace-nowrap">
			{!today && `${iso.slice(0, 10)} `}
			{iso.slice(11, 19)} UTC
			{relative && now !== null && <span className="print:hidden"> · {relativeWords(moment, now)}</span>}
		</time>
	);
}

/** A countdown that screen readers do not repeat each second. Afterwards `after` is shown. */
export function Countdown({ to, before, after }: { to: string; before: string; after: string }) {
	const now = useNow();
	const moment = Date.parse(to);
	if (now === null) return <span suppressHydrationWarning>{`${before} ${new Date(moment).toISOString().slice(11, 16)} UTC`}</span>;
	if (moment <= now) return <span>{after}</span>;
	return (
		<time dateTime={new Date(moment).toISOString()} title={new Date(moment).toISOString()} className="whitespace-nowrap">
			{before} {durationWords(moment - now)}
		</time>
	);
}

/** How long something has lasted so far, from `since` (ISO 8601). */
export function Elapsed({ since }: { since: string }) {
	const now = useNow();
	return <span className="whitespace-nowrap">{now === null ? '' : durationWords(Math.max(0, now - Date.parse(since)))}</span>;
}
