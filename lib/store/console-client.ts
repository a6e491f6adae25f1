import type { Socket } from 'node:net';
import pg from 'pg';

/** Nothing that the console asks its own database takes that long without a word. */
const SILENT_MS = 30_000;

/** pg has them, its types do not. */
type Inside = { connection: { stream: Socket }; readyForQuery: boolean };

/**
 * A connection to the console's own database, for a pool. When an answer is waited for and nothing has arrived for 30 s it is cut, and
 * what was asked on it rejects: a line can be silent without being closed, and the pool would go on using it.
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
