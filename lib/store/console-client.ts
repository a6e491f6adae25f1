import type { Socket } from 'node:net';
import pg from 'pg';

/** No query of the console to its own database is silent for so long. */
const SILENT_MS = 30_000;

/** pg has these; its types do not. */
type Inside = { connection: { stream: Socket }; readyForQuery: boolean };

/**
 * A connection to the console's own database, for a pool. When an answer is due and nothing has arrived for 30 s, it is closed and
 * its queries reject: a dead connection can stay open without a sign, and the pool would go on using it.
 */
export class ConsoleClient extends pg.Client {
	constructor(config?: string | pg.ClientConfig) {
		super(config);
		this.once('connect', () => {
			const inside = this as unknown as Inside;
			const { stream } = inside.connection;
			stream.setTimeout(SILENT_MS, () => {
				if (!inside.readyForQuery) stream.destroy();
			});
		});
	}
}
