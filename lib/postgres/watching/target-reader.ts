import type { Target } from '#lib/domain/target/target.ts';
import type { NotMeasured } from '#lib/domain/watching/sample.ts';
import { APPLICATION_PREFIX, closeTarget, connectTarget, type TargetClient } from '#lib/postgres/connection/connect.ts';
import type { LogCounter, Logged } from './count-logged.ts';

/** What only a session inside the target can tell: what the application logs, and the names of relations. */
export type TargetReader = {
	countLogged: (nowMs: number) => Promise<Logged | NotMeasured>;
	/** Asks for the names that are not known yet. */
	learnNames: (oids: readonly number[]) => Promise<void>;
	/** Remembered, also while nobody may be connected to the target. */
	nameOf: (oid: number) => string | null;
	pause: () => Promise<void>;
	resume: () => Promise<void>;
	close: () => Promise<void>;
};

/** In the way of our own locks it gives up at once; it never makes anybody wait. */
const SETTINGS = `set default_transaction_read_only = on; set lock_timeout = '300ms'; set statement_timeout = '4s'; set jit = off`;

type ReaderInput = {
	target: Target;
	runId: string;
	/** Of its log table; null where it names none. */
	counter: LogCounter | null;
	nowMs: number;
};

/** Connects to the target itself. Throws when that fails, or when the log table that it names cannot be read. */
export async function openTargetReader({ target, runId, counter, nowMs }: ReaderInput): Promise<TargetReader> {
	const names = new Map<number, string>();
	const connect = async () => {
		const client = await connectTarget({ target, login: 'backup', applicationName: `${APPLICATION_PREFIX} watch ${runId}` });
		await client.query(SETTINGS);
		return client;
	};
	let client: TargetClient | null = await connect();
	let reading: Promise<unknown> = Promise.resolve();

	/** One after the other, so that a pause knows when the last of them is through. */
	const whenFree = <T>(work: () => Promise<T>): Promise<T> => {
		const done = reading.then(work);
		reading = done.catch(() => undefined); // Whoever asked hears of it.
		return done;
	};
	const disconnect = async () => {
		const leaving = client;
		client = null;
		if (leaving) await closeTarget(leaving);
	};
	const reader: TargetReader = {
		countLogged: (now) =>
			whenFree(async () => {
				if (!counter) return { notMeasured: 'the target has no log table defined' };
				if (!client) return { notMeasured: 'not possible now: the target must be free of sessions' };
				return counter.count(client, now);
			}),
		learnNames: (oids) =>
			whenFree(async () => {
				const unknown = oids.filter((oid) => !names.has(oid));
				if (!client || unknown.length === 0) return;
				const { rows } = await client.query<{ oid: number; name: string }>(
					`select c.oid, pg_catalog.format('%I.%I', n.nspname, c.relname) as name
					   from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace where c.oid = any ($1::oid[])`,
					[unknown],
				);
				for (const { oid, name } of rows) names.set(oid, name);
			}),
		nameOf: (oid) => names.get(oid) ?? null,
		pause: () => whenFree(disconnect),
		resume: () =>
			whenFree(async () => {
				client ??= await connect();
			}),
		close: disconnect,
	};
	const first = await reader.countLogged(nowMs).catch(async (error: Error) => {
		await disconnect();
		throw error;
	});
	if (counter && 'notMeasured' in first) {
		await disconnect();
		throw new Error(`the log table cannot be read: ${first.notMeasured}`);
	}
	return reader;
}
