'use client';

import type { Moved } from '#lib/domain/moved.ts';

/** open: connected. lost: reconnecting by itself. signed out: the session has ended, and nothing more will come. */
export type FeedState = 'open' | 'lost' | 'signed out';
type Listener = {
	onMoved: (moved: Moved) => void;
	/** The record is as far as this: a page that is older has missed what nobody told it. */
	onSeq: (seq: number) => void;
	onState: (state: FeedState) => void;
};
type Message = { kind: 'moved'; moved: Moved } | { kind: 'state'; state: FeedState; seq: number | null } | { kind: 'ask' };

/** All tabs of this browser share one stream: the tab that holds this lock reads it, and tells the others. */
const NAME = 'countersign-live';
/** The server says something at least every 15 s; a longer silence is a dead connection, or a tab that sleeps. */
const SILENCE_MS = 40_000;
const LOOK_EVERY_MS = 5_000;
const RETRY_MS = [1_000, 2_000, 4_000, 8_000] as const;

const listeners = new Set<Listener>();
let state: FeedState = 'open';
let heardAt = 0;
let lastSeq: number | null = null;
let leave: (() => void) | null = null;

/** Hears what moves in the console, until what it returns is called. */
export function listenToFeed(listener: Listener): () => void {
	listeners.add(listener);
	leave ??= join();
	listener.onState(state);
	if (lastSeq !== null) listener.onSeq(lastSeq);
	return () => {
		listeners.delete(listener);
		if (listeners.size > 0) return;
		leave?.();
		leave = null;
	};
}

function join(): () => void {
	const channel = new BroadcastChannel(NAME);
	const leaving = new AbortController();
	heardAt = Date.now();
	setState('open');
	const tell = (message: Message) => {
		channel.postMessage(message);
		hear(message);
	};
	let isReader = false;
	channel.onmessage = ({ data }: MessageEvent<Message>) => {
		if (data.kind !== 'ask') return hear(data);
		if (isReader) channel.postMessage({ kind: 'state', state, seq: lastSeq });
	};
	channel.postMessage({ kind: 'ask' } satisfies Message);
	const read = () => {
		isReader = true;
		return readStream(tell, leaving.signal);
	};
	// Where a page is not served securely there are no locks: then each tab has a stream of its own.
	if (navigator.locks) navigator.locks.request(NAME, { signal: leaving.signal }, read).catch(() => undefined);
	else void read();
	const watching = setInterval(() => {
		if (Date.now() - heardAt > SILENCE_MS && state === 'open') setState('lost');
	}, LOOK_EVERY_MS);
	return () => {
		leaving.abort();
		clearInterval(watching);
		channel.close();
	};
}

function hear(message: Message): void {
	heardAt = Date.now();
	if (message.kind === 'ask') return;
	setState(message.kind === 'state' ? message.state : 'open');
	const seq = message.kind === 'moved' ? message.moved.seq : message.seq;
	lastSeq = seq ?? lastSeq;
	for (const listener of [...listeners]) {
		if (message.kind === 'moved') listener.onMoved(message.moved);
		if (seq !== null) listener.onSeq(seq);
	}
}

function setState(next: FeedState): void {
	if (next === state) return;
	state = next;
	for (const listener of [...listeners]) listener.onState(next);
}

/** Reads the stream for all tabs until `signal`. Where the browser gives up, it opens another, unless the session has ended. */
function readStream(tell: (message: Message) => void, signal: AbortSignal): Promise<void> {
	return new Promise((resolve) => {
		let source: EventSource | null = null;
		let failures = 0;
		let retrying: ReturnType<typeof setTimeout> | undefined;
		const stop = () => {
			clearTimeout(retrying);
			source?.close();
			resolve();
		};
		const hearAlive = ({ data }: MessageEvent<string>) => {
			failures = 0;
			tell({ kind: 'state', state: 'open', ...(JSON.parse(data) as { seq: number }) });
		};
		const connect = () => {
			source = new EventSource('/api/live');
			source.addEventListener('alive', hearAlive);
			source.addEventListener('moved', ({ data }) => tell({ kind: 'moved', moved: JSON.parse(data) as Moved }));
			source.addEventListener('signed-out', signOut);
			source.addEventListener('error', () => {
				tell({ kind: 'state', state: 'lost', seq: null });
				if (source?.readyState === EventSource.CLOSED) tryAgain();
			});
		};
		const signOut = () => {
			tell({ kind: 'state', state: 'signed out', seq: null });
			stop();
		};
		const tryAgain = () => {
			const pause = RETRY_MS[Math.min(failures, RETRY_MS.length - 1)];
			failures += 1;
			retrying = setTimeout(async () => {
				const isOver = await hasSessionEnded();
				if (signal.aborted) return;
				if (isOver) signOut();
				else connect();
			}, pause);
		};
		signal.addEventListener('abort', stop);
		connect();
	});
}

/** EventSource does not say why it was refused. A plain request does. */
async function hasSessionEnded(): Promise<boolean> {
	const asking = new AbortController();
	try {
		return (await fetch('/api/live', { signal: asking.signal })).status === 401;
	} catch {
		return false;
	} finally {
		asking.abort();
	}
}
