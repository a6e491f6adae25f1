import pg from 'pg';
import { log } from '#lib/log.ts';

export type Listening = {
	url: string;
	channel: string;
	onNotify: (payload: string) => void;
	/** The connection was lost and is back: notifications in between were missed. */
	onReconnect: () => void;
};

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 10_000;
const CONNECT_TIMEOUT_MS = 10_000;
const KEEPALIVE_AFTER_MS = 10_000;

/** Listens to a channel on a separate connection, and reconnects whenever it is lost. Returns how to end it, and whether it is connected now. */
export function listen(listening: Listening): { close: () => Promise<void>; isUp: () => boolean } {
	let client: pg.Client | null = null;
	let timer: NodeJS.Timeout | undefined;
	let pauseMs = FIRST_PAUSE_MS;
	let closed = false;
	let everLost = false;
	let hears = false;

	const open = async () => {
		const next = connectionTo(listening.url);
		client = next;
		next.on('error', (error) => lost(next, error));
		next.on('end', () => lost(next, new Error('the connection was closed')));
		next.on('notification', ({ payload }) => listening.onNotify(payload ?? ''));
		try {
			await next.connect();
			await next.query(`listen ${pg.escapeIdentifier(listening.channel)}`);
		} catch (error) {
			return lost(next, error as Error);
		}
		pauseMs = FIRST_PAUSE_MS;
		hears = true;
		if (everLost) listening.onReconnect();
	};
	const lost = (gone: pg.Client, error: Error) => {
		if (client !== gone || closed) return;
		client = null;
		hears = false;
		everLost = true;
		log.warn({ channel: listening.channel, error }, 'listening was interrupted');
		gone.end().catch(() => undefined); // It is gone already.
		timer = setTimeout(open, pauseMs);
		pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
	};
	void open();

	return {
		isUp: () => hears,
		close: async () => {
			closed = true;
			clearTimeout(timer);
			await client?.end();
		},
	};
}

function connectionTo(url: string): pg.Client {
	return new pg.Client({
		connectionString: url,
		application_name: 'countersign listener',
		connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
		keepAlive: true,
		keepAliveInitialDelayMillis: KEEPALIVE_AFTER_MS,
	});
}
