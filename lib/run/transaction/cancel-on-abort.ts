import { setTimeout as wait } from 'node:timers/promises';
import { answerWithin, cutTarget, type TargetClient, withTarget } from '#lib/postgres/connection/connect.ts';
import { cancelBackend, terminateBackend, waitUntilGone } from '#lib/postgres/sessions/activity.ts';
import type { OpenTransaction } from './open-transaction.ts';

/** How long a cancelled statement may take to end before its backend is ended as well. */
const CANCEL_GRACE_MS = 500;
const GONE_WITHIN_MS = 10_000;
const ANSWER_MS = 15_000;

/**
 * While active, an abort cancels what our own backend is running, from another connection, and ends the backend when that does
 * not help. Our backend is identified by pid and start time: the pid alone may belong to another session by now. Then our side of the
 * connection is closed: on a dead connection nothing else would end the wait. Returns a function that stops it.
 */
export async function cancelOnAbort({ client, place, runId, signal, tell }: OpenTransaction): Promise<() => void> {
	const { rows } = await client.query<{ pid: number; backendStart: string }>(
		`select pid, extract(epoch from backend_start)::text as "backendStart" from pg_catalog.pg_stat_activity where pid = pg_catalog.pg_backend_pid()`,
	);
	const [own] = rows;
	if (!own) throw new Error('the server did not return the pid of our session');
	const stop = () => {
		withTarget({ ...place, applicationName: `countersign abort ${runId}`, signal: answerWithin(ANSWER_MS) }, (other) =>
			endBackend(other, own),
		)
			.catch((error: Error) => {
				const message = `the statement could not be cancelled: ${error.message}`;
				tell({ phase: 'notice', data: { severity: 'WARNING', message } });
			})
			.finally(() => cutTarget(client));
	};
	signal.addEventListener('abort', stop, { once: true });
	if (signal.aborted) stop();
	return () => signal.removeEventListener('abort', stop);
}

async function endBackend(other: TargetClient, own: { pid: number; backendStart: string }): Promise<void> {
	if (await waitUntilGone(other, own, 0)) return;
	await cancelBackend(other, own.pid);
	await wait(CANCEL_GRACE_MS);
	if (await waitUntilGone(other, own, 0)) return;
	await terminateBackend(other, own.pid);
	await waitUntilGone(other, own, GONE_WITHIN_MS);
}
