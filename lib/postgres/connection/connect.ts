import { readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import pg from 'pg';
import type { LoginName, Target } from '#lib/domain/target/target.ts';
import { readSecret } from '#lib/env.ts';
import { notConnected } from './connect-failure.ts';
import { cutLongMessages } from './cut-messages.ts';
import { SIGNED_IN_AS_ITSELF, setSession } from './session-settings.ts';

/** One direct connection to the target. Every value arrives as PostgreSQL's own text, or null (see `AS_TEXT`). */
export type TargetClient = pg.Client;

/** Every connection's name in pg_stat_activity begins with this, so that the console can tell its own from others'. */
export const APPLICATION_PREFIX = 'countersign';

export type ConnectInput = {
	target: Target;
	login: LoginName;
	/** The target's own by default. */
	database?: string;
	/** As seen in pg_stat_activity; begins with `countersign`. */
	applicationName?: string;
	/** When it is aborted the connection is cut, so that nobody waits for an answer that may never come: the line can be silent. */
	signal?: AbortSignal;
	/** Sends a query without waiting for the answers to those before it. They come in order; each query is its own message and fails alone. */
	pipeline?: boolean;
	/** For statements that others wrote: of a row over 4 MiB only that it came is read, and long errors end early (see cut-messages.ts). */
	cutsLong?: boolean;
};

const CONNECT_TIMEOUT_MS = 10_000;
const KEEPALIVE_AFTER_MS = 10_000;
/** Much longer than what is short takes. */
const SHORT_ANSWER_MS = 30_000;
/** How long to wait for a connection to close. */
const GOODBYE_WITHIN_MS = 1_000;

/** Types that lose nothing as JavaScript values; all others (int8, numeric, timestamps, json, arrays, bytea) stay text. */
const PARSED: Record<number, (text: string) => unknown> = {
	16: (text) => text === 't', // bool
	21: Number, // int2
	23: Number, // int4
	26: Number, // oid
};

/**
 * bool, int2, int4 and oid are parsed; everything else is the server's text: no rounding of int8 and numeric, no
 * time zone of this machine in timestamps.
 */
const AS_TEXT = {
	getTypeParser: (oid: number) => PARSED[oid] ?? ((text: string) => text),
} as pg.CustomTypesConfig;

/**
 * Opens a direct connection to the target. Fails within 10 s. A connection that dies later never crashes the process: the
 * query that was running, or the next one, rejects. Throws when the secret is missing, the server refuses or its certificate is not to be
 * trusted; it never goes on without the TLS that the target's definition asks for.
 */
export async function connectTarget({
	target,
	login,
	database,
	applicationName,
	signal,
	pipeline = false,
	cutsLong = false,
}: ConnectInput): Promise<TargetClient> {
	signal?.throwIfAborted();
	const { host, port, logins } = target.connection;
	const client = new pg.Client({
		host,
		port,
		database: database ?? target.connection.database,
		user: logins[login].user,
		password: readSecret(logins[login].password),
		ssl: tlsOptions(target),
		application_name: applicationName ?? APPLICATION_PREFIX,
		options: SIGNED_IN_AS_ITSELF,
		connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
		pipeline,
		keepAlive: true,
		keepAliveInitialDelayMillis: KEEPALIVE_AFTER_MS,
		types: AS_TEXT,
	});
	client.on('error', () => {
		// Without a listener Node would end the process. Nothing is lost: the running or next query rejects with this error.
	});
	if (cutsLong) cutLongMessages(client);
	const stopHeeding = cutOnAbort(client, signal);
	client.once('end', stopHeeding);
	await client.connect().catch((error: Error) => {
		stopHeeding();
		throw notConnected({ host, port, database: database ?? target.connection.database, user: logins[login].user }, error);
	});
	try {
		await setSession(client);
		await endWithItsClient(client);
		return client;
	} catch (error) {
		await closeTarget(client);
		throw error;
	}
}

/**
 * Opens a connection for the length of `work`. What `work` throws survives, whatever closing does; where the signal has cut the
 * connection, its reason is thrown.
 */
export async function withTarget<T>(input: ConnectInput, work: (client: TargetClient) => Promise<T>): Promise<T> {
	// Looked at when it fails and not after closing: a signal that comes later is not why.
	const tellWhy = (error: unknown) => {
		throw input.signal?.aborted ? input.signal.reason : error;
	};
	const client = await connectTarget(input).catch(tellWhy);
	try {
		return await work(client).catch(tellWhy);
	} finally {
		await closeTarget(client);
	}
}

/** Closes a connection, even a dead one, and never throws: closing decides nothing. */
export async function closeTarget(client: TargetClient): Promise<void> {
	const late = setTimeout(() => cutTarget(client), GOODBYE_WITHIN_MS);
	await client.end().catch(() => undefined);
	clearTimeout(late);
}

/** Cuts a connection: its queries reject at once. The server stops their work within a second. */
export function cutTarget(client: TargetClient): void {
	(client as unknown as { connection: { stream: Socket } }).connection.stream.destroy();
}

/** A `signal` for short queries: they must not wait for a target that does not answer. */
export function answerWithin(ms: number = SHORT_ANSWER_MS): AbortSignal {
	const controller = new AbortController();
	const silent = () => controller.abort(new Error(`no answer within ${ms / 1000} s`));
	setTimeout(silent, ms).unref();
	return controller.signal;
}

function cutOnAbort(client: TargetClient, signal: AbortSignal | undefined): () => void {
	const cut = () => cutTarget(client);
	signal?.addEventListener('abort', cut, { once: true });
	return () => signal?.removeEventListener('abort', cut);
}

/**
 * Makes the server notice within a second that we died, instead of at the end of our statement.
 * Servers on systems without the necessary poll refuse the setting (0A000 or 22023): then it stays off.
 */
export async function endWithItsClient(client: TargetClient): Promise<void> {
	await client.query(`set client_connection_check_interval = '1s'`).catch((error: pg.DatabaseError) => {
		if (error.code !== '0A000' && error.code !== '22023') throw error;
	});
}

function tlsOptions(target: Target): false | { rejectUnauthorized: boolean; ca?: string; host?: string } {
	const { sslmode, sslrootcert, host } = target.connection;
	if (sslmode === 'disable') return false;
	if (sslmode === 'require') return { rejectUnauthorized: false };
	return { rejectUnauthorized: true, host, ...(sslrootcert ? { ca: readCertificates(sslrootcert) } : {}) };
}

function readCertificates(path: string): string {
	try {
		return readFileSync(path, 'utf8');
	} catch (error) {
		throw new Error(`the sslrootcert ${path} cannot be read: ${(error as NodeJS.ErrnoException).code}`);
	}
}
