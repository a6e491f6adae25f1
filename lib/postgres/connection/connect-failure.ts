import { DatabaseError } from 'pg';
import type { Failure } from '#lib/domain/run.ts';
import { SQLSTATE } from './sqlstates.ts';

/** The target could not be connected to, in words for people. `code` is the SQLSTATE where the server itself refused. */
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
		instead: 'Put the password of this login right, in the secret or on the server.',
	},
	[SQLSTATE.invalidAuthorization]: {
		why: ({ user, database }) => `does not let the login ${user} into ${database}`,
		instead:
			'See that the login exists and may log in, and that a line of pg_hba.conf lets it in from this machine, with TLS or without as the target says.',
	},
	[SQLSTATE.invalidCatalogName]: {
		why: ({ database }) => `has no database ${database}`,
		instead: 'See whether it was renamed or dropped, or the name in the targets file is wrong.',
	},
	[SQLSTATE.insufficientPrivilege]: {
		why: ({ user, database }) => `does not let the login ${user} connect to ${database}`,
		instead: `Grant it CONNECT on the database: npm run enroll does.`,
	},
	[SQLSTATE.tooManyConnections]: {
		why: () => 'has no connection left',
		instead: 'Wait until others have ended their sessions, or raise max_connections or the limit of the login or database.',
	},
	[SQLSTATE.outOfMemory]: { why: () => 'is out of memory', instead: 'See what uses the memory of the server.' },
	[SQLSTATE.cannotConnectNow]: {
		why: () => 'is starting up, shutting down or recovering',
		instead: 'Wait until it takes connections.',
	},
	[SQLSTATE.adminShutdown]: { why: () => 'is shutting down', instead: 'Wait until it is back.' },
	[SQLSTATE.crashShutdown]: { why: () => 'has crashed and is recovering', instead: 'Wait until it is back, and see its log for why.' },
	[SQLSTATE.objectNotInPrerequisiteState]: {
		why: ({ database }) => `takes no connections to ${database}`,
		instead: 'See whether the database was closed on purpose (ALLOW_CONNECTIONS).',
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
				instead: known?.instead ?? 'See the log of the server.',
				sqlstate: error.code,
			},
			error,
		);
	}
	if (/does not support SSL/.test(error.message)) {
		return new NotConnected(
			{
				message: `${server} does not speak TLS, and the target's sslmode asks for it.`,
				instead: 'Switch ssl on in the server, or let the deployer change sslmode.',
			},
			error,
		);
	}
	// Node's own words name no server, and where a name has several addresses there are none: each has an error of its own.
	const reasons = error instanceof AggregateError ? error.errors.map((each: Error) => each.message) : [error.message];
	return new NotConnected(
		{
			message: `connection to ${place.host}:${place.port} failed: ${reasons.join('; ')}`,
			instead:
				'See that the server runs, that its address in the targets file is right, and that its certificate is one that this machine trusts.',
		},
		error,
	);
}
