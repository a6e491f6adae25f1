'use client';

import { KeyRound, WifiOff } from 'lucide-react';
import { usePathname, useRouter } from 'next/navigation';
import { useEffect, useRef, useState } from 'react';
import type { Moved } from '#lib/domain/moved.ts';
import type { FeedState } from './live-feed.ts';

/** What a page shows: everything that happens, every change, or one change by its id. */
export type Shows = 'everything' | 'changes' | { change: string };

const REFRESH_AT_MOST_EVERY_MS = 1_000;
const OPEN_DIALOG = 'dialog[open]';

/** Reads the page again when what it shows has moved, and says when it was read and whether it would hear of more. `at`: ISO 8601.
 * `seq`: the record's last entry when the page was read; what came between that and the first word of the stream is not missed. */
export function Live({ shows, at, seq }: { shows: Shows; at: string; seq: number }) {
	const state = useRefresh(shows, seq);
	const path = usePathname();
	const read = <time dateTime={at}>{at.slice(11, 19)} UTC</time>;
	return (
		<span data-print="hide" className="inline-flex min-h-[22px] items-center gap-1.5 text-sm text-ink-2">
			{state === 'open' && <span>Live · as of {read}</span>}
			<span role="status" className="inline-flex items-center gap-1.5">
				{state === 'lost' && (
					<>
						<WifiOff className="size-3.5 text-unknown" aria-hidden />
						<span className="text-unknown">Connection lost. This is as of {read}</span>
					</>
				)}
				{state === 'signed out' && (
					<>
						<KeyRound className="size-3.5 text-wait" aria-hidden />
						<span>
							Your session has ended.{' '}
							<a href={`/sign-in?callbackUrl=${encodeURIComponent(path)}`} className="text-accent underline">
								Sign in again
							</a>
						</span>
					</>
				)}
			</span>
		</span>
	);
}

function useRefresh(shows: Shows, seq: number): FeedState {
	const router = useRouter();
	const [state, setState] = useState<FeedState>('open');
	const key = typeof shows === 'string' ? shows : shows.change;
	/** What came up to here is shown, or was told and is no concern of this page. */
	const known = useRef(seq);
	useEffect(() => {
		known.current = Math.max(known.current, seq);
	}, [seq]);

	useEffect(() => {
		let refreshedAt = 0;
		let isStale = false;
		let timer: ReturnType<typeof setTimeout> | undefined;
		const refresh = () => {
			timer = undefined;
			// Whoever does not look needs nothing now; they get it when they look again.
			if (document.visibilityState !== 'visible') return;
			// What somebody is answering is not taken away from under their hands, nor is what they are told of it.
			if (document.querySelector(OPEN_DIALOG)) {
				timer = setTimeout(refresh, REFRESH_AT_MOST_EVERY_MS);
				return;
			}
			isStale = false;
			refreshedAt = Date.now();
			router.refresh();
		};
		const schedule = () => {
			if (isStale) timer ??= setTimeout(refresh, Math.max(0, refreshedAt + REFRESH_AT_MOST_EVERY_MS - Date.now()));
		};
		const renew = () => {
			isStale = true;
			schedule();
		};
		const onMoved = (moved: Moved) => {
			known.current = Math.max(known.current, moved.seq);
			if (concerns(moved, key)) renew();
		};
		const onSeq = (now: number) => {
			if (now <= known.current) return;
			known.current = now;
			renew();
		};
		// The page is read first; what keeps it fresh comes after it.
		let isLeft = false;
		let stop: (() => void) | null = null;
		import('./live-feed.ts').then(
			({ listenToFeed }) => {
				if (!isLeft) stop = listenToFeed({ onMoved, onSeq, onState: setState });
			},
			() => isLeft || setState('lost'),
		);
		document.addEventListener('visibilitychange', schedule);
		return () => {
			isLeft = true;
			stop?.();
			clearTimeout(timer);
			document.removeEventListener('visibilitychange', schedule);
		};
	}, [key, router]);

	return state;
}

function concerns(moved: Moved, key: string): boolean {
	if (moved.all) return true;
	if (key === 'everything') return moved.run || moved.changes.length > 0;
	return key === 'changes' ? moved.changes.length > 0 : moved.changes.includes(key);
}
