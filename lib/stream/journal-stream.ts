import type { JournalRow } from '#lib/domain/run.ts';
import type { Store } from '#lib/store/client.ts';
import { type Bell, makeBell } from './bell.ts';
import { alive, eventStream, GREETING, KEEP_ALIVE_MS, type Reader } from './event-stream.ts';
import { readJournalAfter } from './read-journal.ts';
import { readRunVersion } from './read-run-version.ts';
import { readTogether } from './read-together.ts';
import type { Wakeups } from './wakeups.ts';

export type JournalStreamInput = Reader & {
	store: Store;
	runId: string;
	/** The last row that the reader has; 0 for none. */
	after: number;
	wakeups: Wakeups;
};

const ROWS_AT_ONCE = 200;
/** Changes to the run's own row (its status, a confirmation) send no notification: it is read this often. */
const LOOK_EVERY_MS = 1_000;

/**
 * A run as Server-Sent Events: `journal` (a JournalRow, its seq as the id), `run` (something beside the journal changed; the
 * version), `alive`, `signed-out`, and `end` when the run is over and everything was sent. Rows are read only when the
 * reader has taken the previous ones: a slow reader costs no memory.
 */
export function journalStream(input: JournalStreamInput): ReadableStream<Uint8Array> {
	const bell = makeBell();
	const unsubscribe = input.wakeups.subscribe(input.runId, bell.ring);
	return eventStream({ ...input, about: { runId: input.runId }, next: eventsOf(input, bell), bell, unsubscribe });
}

/** The next events as text, when there are some; null after the end. */
function eventsOf({ store, runId, after: from }: JournalStreamInput, bell: Bell): (isClosed: () => boolean) => Promise<string | null> {
	let last = from;
	let word: string | null = null;
	let sentAt = 0;
	let ended = false;
	return async (isClosed) => {
		while (!ended && !isClosed()) {
			bell.reset();
			// In this order: a run that has ended writes no more rows.
			const version = await readTogether(`version of ${runId}`, () => readRunVersion(store, runId));
			const after = last;
			const { rows, waiting } = await readTogether(`${runId} after ${after}`, () =>
				readJournalAfter(store, { runId, after, limit: ROWS_AT_ONCE }),
			);
			last = rows.at(-1)?.seq ?? last;
			let text = rows.map(journalEvent).join('');
			if (version.word !== word && rows.length < ROWS_AT_ONCE) {
				word = version.word;
				text += `event: run\ndata: ${JSON.stringify({ version: word })}\n\n`;
			}
			ended = version.over && rows.length === 0 && !waiting;
			if (ended) text += 'event: end\ndata: {}\n\n';
			if (text === '' && Date.now() - sentAt >= KEEP_ALIVE_MS) text = alive();
			if (text !== '') {
				// The first message also says how soon to reconnect.
				const greeting = sentAt === 0 ? GREETING : '';
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
