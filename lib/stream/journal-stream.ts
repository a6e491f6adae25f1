import type { JournalRow } from '#lib/domain/run.ts';
import { log } from '#lib/log.ts';
import type { Store } from '#lib/store/client.ts';
import { rememberStream } from './end-streams.ts';
import type { JournalWakeups } from './journal-wakeups.ts';
import { readJournalAfter } from './read-journal.ts';
import { readRunVersion } from './read-run-version.ts';

export type JournalStreamInput = {
	store: Store;
	runId: string;
	/** The last row that the reader has; 0 for none. */
	after: number;
	wakeups: JournalWakeups;
	/** Asked every 30 s: false ends the stream. */
	mayGoOn: () => Promise<boolean>;
	/** The request's own. */
	signal: AbortSignal;
	/** Called once, however the stream ends. */
	onClosed: () => void;
};

const ROWS_AT_ONCE = 200;
const KEEP_ALIVE_MS = 15_000;
/** The run's own row (its status, a confirmation) notifies nobody: it is looked at this often. */
const LOOK_EVERY_MS = 1_000;
const ASK_EVERY_MS = 30_000;
/** A reader that takes nothing for so long is dropped; it resumes where it was. */
const STUCK_AFTER_MS = 60_000;

/**
 * A run as Server-Sent Events: `journal` (a JournalRow, its seq as the id), `run` (something beside the journal changed; the
 * version's word), `alive`, `signed-out`, and `end` when the run is over and everything was sent. Rows are read only when the
 * reader has taken those before: a slow one costs no memory.
 */
export function journalStream(input: JournalStreamInput): ReadableStream<Uint8Array> {
	const encoder = new TextEncoder();
	const bell = makeBell();
	const next = eventsOf(input, bell);
	let tookAt = Date.now();
	let closed = false;
	let stopAsking: NodeJS.Timeout | undefined;
	let forget: (() => void) | undefined;

	const close = () => {
		if (closed) return;
		closed = true;
		clearInterval(stopAsking);
		forget?.();
		unsubscribe();
		input.signal.removeEventListener('abort', close);
		bell.ring();
		input.onClosed();
	};
	const unsubscribe = input.wakeups.subscribe(input.runId, bell.ring);
	input.signal.addEventListener('abort', close);

	return new ReadableStream<Uint8Array>(
		{
			start(controller) {
				const end = (lastWords: string) => {
					if (closed) return;
					if (lastWords) controller.enqueue(encoder.encode(lastWords));
					controller.close();
					close();
				};
				forget = rememberStream(() => end('retry: 2000\n\n'));
				stopAsking = setInterval(async () => {
					if (Date.now() - tookAt > STUCK_AFTER_MS && (controller.desiredSize ?? 0) <= 0) return end('');
					// Who cannot be asked about is not let on.
					const goesOn = await input.mayGoOn().catch(() => false);
					if (!goesOn) end('event: signed-out\ndata: {}\n\n');
				}, ASK_EVERY_MS);
				if (input.signal.aborted) close();
			},
			async pull(controller) {
				tookAt = Date.now();
				try {
					const text = await next(() => closed);
					if (closed) return;
					if (text !== null) return controller.enqueue(encoder.encode(text));
				} catch (error) {
					// The reader comes again and resumes; what went wrong is for the log.
					log.error({ runId: input.runId, error }, 'a stream ended early');
				}
				if (closed) return;
				controller.close();
				close();
			},
			cancel: close,
		},
		new CountQueuingStrategy({ highWaterMark: 1 }),
	);
}

/** The next events as text, when there are some; null after the end. */
function eventsOf({ store, runId, after }: JournalStreamInput, bell: Bell): (isClosed: () => boolean) => Promise<string | null> {
	let last = after;
	let word: string | null = null;
	let sentAt = 0;
	let ended = false;
	return async (isClosed) => {
		while (!ended && !isClosed()) {
			bell.reset();
			// In this order: a run that is over writes no more rows.
			const version = await readRunVersion(store, runId);
			const { rows, waiting } = await readJournalAfter(store, { runId, after: last, limit: ROWS_AT_ONCE });
			last = rows.at(-1)?.seq ?? last;
			let text = rows.map(journalEvent).join('');
			if (version.word !== word && rows.length < ROWS_AT_ONCE) {
				word = version.word;
				text += `event: run\ndata: ${JSON.stringify({ version: word })}\n\n`;
			}
			ended = version.over && rows.length === 0 && !waiting;
			if (ended) text += 'event: end\ndata: {}\n\n';
			if (text === '' && Date.now() - sentAt >= KEEP_ALIVE_MS) text = ': keep-alive\nevent: alive\ndata: {}\n\n';
			if (text !== '') {
				// The first words also say how soon to come again.
				const greeting = sentAt === 0 ? 'retry: 1000\n\n' : '';
				sentAt = Date.now();
				return greeting + text;
			}
			await bell.wait(LOOK_EVERY_MS);
		}
		return null;
	};
}

function journalEvent(row: JournalRow): string {
	return `id: ${row.seq}\nevent: journal\ndata: ${JSON.stringify(row)}\n\n`;
}

type Bell = { ring: () => void; reset: () => void; wait: (timeoutMs: number) => Promise<void> };

/** Rung before it is waited for, it does not make anybody wait. */
function makeBell(): Bell {
	let rung = false;
	let wake: (() => void) | null = null;
	return {
		ring: () => {
			rung = true;
			wake?.();
		},
		reset: () => {
			rung = false;
		},
		wait: (timeoutMs) =>
			new Promise((resolve) => {
				if (rung) return resolve();
				const done = () => {
					clearTimeout(timer);
					wake = null;
					resolve();
				};
				const timer = setTimeout(done, timeoutMs);
				wake = done;
			}),
	};
}
