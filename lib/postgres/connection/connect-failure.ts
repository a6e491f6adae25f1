import { DatabaseError } from 'pg';
import type { Failure } from '#lib/domain/run.ts';
import { SQLSTATE } from './sqlstates.ts';

/** Why the connection to the target failed, in words for people. `code` is the SQLSTATE if the server itself refused. */
export class NotConnected extends Error {
	readonly failure: Failure;
	readonly code: string | undefined;

	constructor(failure: Omit<Failure, 'code'>, cause: Error) {
		super(failure.message, { cause });
		this.name = 'NotConnected';
		this.failure = { code: 'target_not_reached', ...failure };
		this.code = failure.sqlstate;
	}
}

type Place = { host: string; port: number; database: string; user: string };

/** What a server's refusal means, and what helps. */
const REFUSALS: Record<string, { why: (place: Place) => string; instead: string }> = {
	[SQLSTATE.invalidPassword]: {
		why: ({ user }) => `refuses the password of the login ${user}`,
		instead: 'Correct the password of this login, in the secret or on the server.',
	},
	[SQLSTATE.invalidAuthorization]: {
		why: ({ user, database }) => `does not allow the login ${user} to connect to ${database}`,
		instead:
			'Check that the login exists and may log in, and that pg_hba.conf allows it from this machine, with or without TLS as the target says.',
	},
	[SQLSTATE.invalidCatalogName]: {
		why: ({ database }) => `has no database ${database}`,
		instead: 'Check whether it was renamed or dropped, or whether the name in the targets file is wrong.',
	},
	[SQLSTATE.insufficientPrivilege]: {
		why: ({ user, database }) => `has not granted CONNECT on ${database} to the login ${user}`,
		instead: `Grant it CONNECT on the database: npm run enroll does.`,
	},
	[SQLSTATE.tooManyConnections]: {
		why: () => 'has no connection left',
		instead: 'Wait until other sessions end, or raise max_connections or the limit of the login or database.',
	},
	[SQLSTATE.outOfMemory]: { why: () => 'is out of memory', instead: 'Find out what uses the memory of the server.' },
	[SQLSTATE.cannotConnectNow]: {
		why: () => 'is starting up, shutting down or recovering',
		instead: 'Wait until it accepts connections.',
	},
	[SQLSTATE.adminShutdown]: { why: () => 'is shutting down', instead: 'Wait until it is back.' },
	[SQLSTATE.crashShutdown]: {
		why: () => 'has crashed and is recovering',
		instead: 'Wait until it is back, and read its log for the reason.',
	},
	[SQLSTATE.objectNotInPrerequisiteState]: {
		why: ({ database }) => `accepts no connections to ${database}`,
		instead: 'Check whether the database was closed on purpose (ALLOW_CONNECTIONS).',
	},
};

/** Turns what connecting has thrown into words that name the server, what it said and what helps. */
export function notConnected(place: Place, error: Error): NotConnected {
	const server = `The server ${place.host}:${place.port}`;
	if (error instanceof DatabaseError && error.code) {
		const known = REFUSALS[error.code];
		return new NotConnected(
			{
				message: `${server} ${known ? known.why(place) : 'refused the connection'}: ${error.message}`,
				instead: known?.instead ?? 'Read the log of the server.',
				sqlstate: error.code,
			},
			error,
		);
	}
	if (/does not support SSL/.test(error.message)) {
		return new NotConnected(
			{
				message: `${server} does not support TLS, but the target's sslmode requires it.`,
				instead: 'Turn on ssl in the server, or ask the deployer to change sslmode.',
			},
			error,
		);
	}
	// Node's own words name no server, and where a name has several addresses there are none: each has an error of its own.
	const reasons = error instanceof AggregateError ? error.errors.map((each: Error) => each.message) : [error.message];
	return new NotConnected(
		{
			message: `connection to ${place.host}:${place.port} failed: ${reasons.join('; ')}`,
			instead: 'Check that the server runs, that its address in the targets file is correct, and that this machine trusts its certificate.',
		},
		error,
	);
}
