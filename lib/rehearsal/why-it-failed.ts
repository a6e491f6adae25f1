import { hostname } from 'node:os';
import type { RehearsalPart } from '#lib/domain/rehearsed/parts.ts';
import type { Failure } from '#lib/domain/run.ts';
import type { Target } from '#lib/domain/target/target.ts';
import { NotConnected } from '#lib/postgres/connection/connect-failure.ts';
import { SQLSTATE } from '#lib/postgres/connection/sqlstates.ts';
import { failureOf } from '#lib/run/owner/step.ts';

type At = { part: RehearsalPart; target: Target; place: Target };

/** As the server, a driver and PostgreSQL's programs say that a connection is gone, or that there is no server. */
const LOST =
	/Connection terminated|ECONNRESET|EPIPE|server closed the connection unexpectedly|no connection to the server|Connection refused/;
const LOST_STATES: readonly string[] = [SQLSTATE.adminShutdown, SQLSTATE.crashShutdown, SQLSTATE.cannotConnectNow];
/** Where half a page had room PostgreSQL says no more than that it could not extend the file. */
const FULL = /No space left on device|ENOSPC|could not extend file|could not write init file/;

/**
 * Why a rehearsal failed, in words for people: where it was a server or a disk and not the change, it says which one, what has happened and what
 * to do. Where in the bundle it was stays, and so does what was said.
 */
export function whyItFailed(error: unknown, at: At): Failure {
	const failure = failureOf(error);
	// What a statement raises is the change's own, whatever its words are.
	const saidByMachines = failure.sqlstate === undefined;
	if (failure.sqlstate === SQLSTATE.diskFull || (saidByMachines && FULL.test(failure.message))) return diskFull(failure, at);
	if (error instanceof NotConnected) return notReached(failure, at);
	const isLost = failure.sqlstate === undefined ? LOST.test(failure.message) : isLostState(failure.sqlstate);
	return isLost ? lost(failure, at) : failure;
}

function isLostState(sqlstate: string): boolean {
	return sqlstate.startsWith('08') || LOST_STATES.includes(sqlstate);
}

/** Everything from the restore on happens where the copies are. */
function serverOf({ part, target, place }: At): string {
	if (part === 'backup' || place === target) return `The server of ${target.name}`;
	return `The rehearsal server ${place.connection.host}:${place.connection.port}`;
}

function lost(failure: Failure, at: At): Failure {
	return {
		...failure,
		code: 'rehearsal_server_lost',
		message: `${serverOf(at)} broke off the connection (${failure.message}): it crashed or was restarted, somebody ended the session, or the network failed.`,
		instead:
			'The change is not why. Read the log of that server, and rehearse again when it answers: the copies are removed now, or before the next rehearsal.',
	};
}

/** That of the target is told by itself. */
function notReached(failure: Failure, { target, place }: At): Failure {
	const { host, port } = place.connection;
	if (place === target || !failure.message.includes(`${host}:${port}`)) return failure;
	return {
		...failure,
		code: 'rehearsal_server_lost',
		message: `The rehearsal server cannot be used: ${failure.message}.`,
		instead: `${failure.instead} Then rehearse again. The target itself is not concerned.`,
	};
}

function diskFull(failure: Failure, at: At): Failure {
	const inFolder = at.part === 'backup' && failure.sqlstate === undefined;
	const where = inFolder ? `The backup folder ${at.target.backup.folder} on ${hostname()}` : serverOf(at);
	return {
		...failure,
		code: 'rehearsal_disk_full',
		message: `${where} has no room left: ${failure.message}`,
		instead: inFolder
			? 'What was written was removed. A rehearsal needs room for a dump beside the kept backups: free some, then rehearse again.'
			: 'The copies were removed. A rehearsal needs room for two copies of the database and for what the change writes: free some, or ask the deployer for a rehearsal server with more (rehearsal.server) or for a lower rehearsal.maxDatabaseBytes.',
	};
}
