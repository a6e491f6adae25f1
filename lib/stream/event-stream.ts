import { log } from '#lib/log.ts';
import type { Bell } from './bell.ts';
import { rememberStream } from './end-streams.ts';

/** Whoever reads a stream. */
export type Reader = {
	/** Asked every 30 s: false ends the stream. */
	mayGoOn: () => Promise<boolean>;
	/** The request's abort signal. */
	signal: AbortSignal;
	/** Called once, however the stream ends. */
	onClosed: () => void;
};

type EventStreamInput = Reader & {
	/** For the log. */
	about: Record<string, string>;
	/** The next events as text, when there are some; null after the end. It waits on the bell. */
	next: (isClosed: () => boolean) => Promise<string | null>;
	bell: Bell;
	unsubscribe: () => void;
};

/** Sent when nothing else was sent for this long. */
export const KEEP_ALIVE_MS = 15_000;
export function alive(data: object = {}): string {
	return `: keep-alive\nevent: alive\ndata: ${JSON.stringify(data)}\n\n`;
}
/** The first message also says how soon to reconnect. */
export const GREETING = 'retry: 1000\n\n';

const ASK_EVERY_MS = 30_000;
/** A reader that reads nothing for this long is dropped; it can resume where it was. */
const STUCK_AFTER_MS = 60_000;

/** Server-Sent Events, made when the reader has taken those before; `signed-out` when the reader may not go on. */
export function eventStream(input: EventStreamInput): ReadableStream<Uint8Array> {
	const encoder = new TextEncoder();
	let tookAt = Date.now();
	let closed = false;
	let stopAsking: NodeJS.Timeout | undefined;
	let forget: (() => void) | undefined;

	const close = () => {
		if (closed) return;
		closed = true;
		clearInterval(stopAsking);
		forget?.();
		input.unsubscribe();
		input.signal.removeEventListener('abort', close);
		input.bell.ring();
		input.onClosed();
	};
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
					// If the session cannot be checked, the stream ends.
					const goesOn = await input.mayGoOn().catch(() => false);
					if (!goesOn) end('event: signed-out\ndata: {}\n\n');
				}, ASK_EVERY_MS);
				if (input.signal.aborted) close();
			},
			async pull(controller) {
				tookAt = Date.now();
				try {
					const text = await input.next(() => closed);
					if (closed) return;
					if (text !== null) return controller.enqueue(encoder.encode(text));
				} catch (error) {
					// The reader reconnects and resumes; the error goes into the log.
					log.error({ ...input.about, error }, 'a stream ended early');
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
