import { setTimeout as wait } from 'node:timers/promises';
import type { Moved } from '#lib/domain/moved.ts';
import { makeBell } from './bell.ts';
import { alive, eventStream, GREETING, KEEP_ALIVE_MS, type Reader } from './event-stream.ts';
import type { Wakeups } from './wakeups.ts';

type LiveStreamInput = Reader & {
	record: Wakeups;
	journal: Wakeups;
	/** The number of the record's last entry. */
	readSeq: () => Promise<number>;
};

/** What moves within this time is told at once: a run that goes on writes many rows a second. */
const GATHER_MS = 500;

/**
 * What happens in the console, as Server-Sent Events for pages that show it: `moved` (a Moved), `alive` with the record's `seq`, `signed-out`. It says that
 * something has moved and not what it is now: a page reads that for itself, by its own person's rights.
 */
export function liveStream(input: LiveStreamInput): ReadableStream<Uint8Array> {
	const bell = makeBell();
	const news = { changes: new Set<string>(), run: false, all: false, other: false };
	const stops = [
		input.record.subscribeToAll((changeId) => {
			if (changeId === null) news.all = true;
			else if (changeId === '') news.other = true;
			else news.changes.add(changeId);
			bell.ring();
		}),
		input.journal.subscribeToAll((runId) => {
			if (runId === null) news.all = true;
			else news.run = true;
			bell.ring();
		}),
	];
	const take = () => {
		const moved = { changes: [...news.changes], run: news.run, all: news.all };
		news.changes.clear();
		news.run = false;
		news.all = false;
		news.other = false;
		return moved;
	};
	let isFirst = true;
	const next = async (isClosed: () => boolean): Promise<string | null> => {
		if (isFirst) {
			isFirst = false;
			return `${GREETING}${alive({ seq: await input.readSeq() })}`;
		}
		bell.reset();
		if (!hasMoved(news)) await bell.wait(KEEP_ALIVE_MS);
		if (isClosed()) return null;
		if (!hasMoved(news)) return alive({ seq: await input.readSeq() });
		await wait(GATHER_MS);
		const moved: Moved = { ...take(), seq: await input.readSeq() };
		return `event: moved\ndata: ${JSON.stringify(moved)}\n\n`;
	};
	const unsubscribe = () => {
		for (const stop of stops) stop();
	};
	return eventStream({ ...input, about: { stream: 'live' }, next, bell, unsubscribe });
}

/** `other`: the record has an entry more, about no change; whoever listens has then not missed it. */
function hasMoved(news: { changes: Set<string>; run: boolean; all: boolean; other: boolean }): boolean {
	return news.all || news.run || news.other || news.changes.size > 0;
}
