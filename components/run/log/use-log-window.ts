'use client';

import { type RefObject, startTransition, useEffect, useLayoutEffect, useRef, useState } from 'react';

/** Lines on the page at once are at most twice as many. The others are one click away. */
export const BLOCK = 300;
/** When more come at once nobody reads them: only the last so many are shown, enough for a tall screen, so that the browser has time for its reader. */
const BURST = 100;
/** When none has come for so long, the lines before those are shown too. */
const CALM_MS = 300;
/** Within this many pixels of its end the log counts as scrolled to the end. */
const NEAR_END = 40;

type Line = { seq: number };
/** `from`: the row of the first line on the page. `above`: the height of the lines that have left before it, so that those that stay do not move. */
type Place = { from: number; above: number };

/**
 * Which of many lines, in the order of their rows, are on the page. It follows the end unless the reader scrolls up; then it stays where it
 * is, however many come. `chosenBy`: what the lines are filtered by; another filter begins at the end again.
 */
export function useLogWindow(scroller: RefObject<HTMLElement | null>, { lines, chosenBy }: { lines: readonly Line[]; chosenBy: string }) {
	const [follows, setFollows] = useState(true);
	const [place, setPlace] = useState<Place>(() => lastBlock(lines));
	const [filter, setFilter] = useState(chosenBy);
	const [newest, setNewest] = useState(lines.at(-1)?.seq ?? 0);
	/** Where on the screen a row was that must stay there: by the space above it, or by scrolling. */
	const kept = useRef<{ seq: number; top: number; by: 'space' | 'scroll' } | null>(null);
	const keep = (seq: number | undefined, by: 'space' | 'scroll') => {
		const row = seq === undefined ? null : rowOf(scroller.current, seq);
		kept.current = row && seq !== undefined ? { seq, top: row.getBoundingClientRect().top, by } : null;
		return row;
	};

	if (filter !== chosenBy) {
		setFilter(chosenBy);
		setPlace(lastBlock(lines));
	}
	const newestNow = lines.at(-1)?.seq ?? 0;
	if (newest !== newestNow) {
		setNewest(newestNow);
		if (follows && lines.length - indexOf(lines, newest + 1) > BURST) setPlace(lastBlock(lines, BURST));
	}
	const start = indexOf(lines, place.from);
	const end = follows ? lines.length : Math.min(lines.length, start + 2 * BLOCK);

	useLayoutEffect(() => {
		const box = scroller.current;
		const was = kept.current;
		kept.current = null;
		const row = was && rowOf(box, was.seq);
		if (!box || !row) return;
		const moved = row.getBoundingClientRect().top - was.top;
		if (was.by === 'scroll') box.scrollTop += moved;
		else if (moved !== 0) setPlace(({ from, above }) => ({ from, above: Math.max(0, above - moved) }));
	});

	useLayoutEffect(() => {
		const box = scroller.current;
		if (box && follows) box.scrollTop = box.scrollHeight;
	});

	useEffect(() => {
		if (!follows || start === 0 || end - start >= BLOCK) return;
		const timer = setTimeout(() => startTransition(() => setPlace(lastBlock(lines))), CALM_MS);
		return () => clearTimeout(timer);
	}, [follows, start, end, lines]);

	// While it follows, a block of lines leaves at the top as soon as there are two. The space that they leave is about as high as they were; the
	// first effect makes it exactly so before anybody sees it. After the scrolling: a row is measured where it stays.
	useLayoutEffect(() => {
		if (!follows || end - start <= 2 * BLOCK) return;
		const from = lines[end - BLOCK]?.seq ?? 0;
		const row = keep(from, 'space');
		if (row) setPlace({ from, above: row.offsetTop });
	});

	// A panel that appears above the log takes height from it, and would push its end out of sight.
	useLayoutEffect(() => {
		const box = scroller.current;
		if (!box || !follows) return;
		const observer = new ResizeObserver(() => {
			box.scrollTop = box.scrollHeight;
		});
		observer.observe(box);
		return () => observer.disconnect();
	}, [scroller, follows]);

	return {
		start,
		end,
		above: place.above,
		follows,
		follow: () => {
			setFollows(true);
			setPlace(lastBlock(lines));
		},
		showEarlier: () => {
			keep(lines[start]?.seq, 'scroll');
			setFollows(false);
			setPlace({ from: lines[Math.max(0, start - BLOCK)]?.seq ?? 0, above: 0 });
		},
		showLater: () => {
			keep(lines[end - 1]?.seq, 'scroll');
			setPlace({ from: lines[start + BLOCK]?.seq ?? place.from, above: 0 });
		},
		onScroll: () => {
			const box = scroller.current;
			if (box) setFollows(end === lines.length && box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_END);
		},
	};
}

function rowOf(box: HTMLElement | null, seq: number): HTMLElement | null {
	return box?.querySelector<HTMLElement>(`[data-seq="${seq}"]`) ?? null;
}

function lastBlock(lines: readonly Line[], size = BLOCK): Place {
	return { from: lines[Math.max(0, lines.length - size)]?.seq ?? 0, above: 0 };
}

/** Of the first line at or after that row. */
function indexOf(lines: readonly Line[], from: number): number {
	let [low, high] = [0, lines.length];
	while (low < high) {
		const middle = (low + high) >> 1;
		if ((lines[middle]?.seq ?? 0) < from) low = middle + 1;
		else high = middle;
	}
	return low;
}
