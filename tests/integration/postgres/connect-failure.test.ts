import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Target } from '#lib/domain/target/target.ts';
import { closeTarget, connectTarget } from '#lib/postgres/connection/connect.ts';
import { NotConnected, notConnected } from '#lib/postgres/connection/connect-failure.ts';
import { startCluster } from '#tests/support/cluster.ts';
import { query, until } from '#tests/support/sql.ts';
import { LOGIN_PASSWORD, openTestTarget, type TestTarget } from '#tests/support/test-target.ts';

const USER = 'refused_login';

let place: TestTarget;
beforeAll(async () => {
	place = await openTestTarget();
	await superuser(`create role ${USER} login password ${pg.escapeLiteral(LOGIN_PASSWORD)}`);
});
afterAll(async () => {
	await superuser(`drop role ${USER}`);
	await place?.close();
});

const superuser = (sql: string) => query(place.urlOf('postgres'), sql);

/** The failure that connecting as that login to the target's database ends with. */
async function failureOf(change: (connection: Target['connection']) => void = () => undefined): Promise<NotConnected['failure']> {
	const target = structuredClone(place.define());
	target.connection.logins.run.user = USER;
	change(target.connection);
	const error = await connectTarget({ target, login: 'run' }).then(closeTarget, (thrown: unknown) => thrown);
	if (!(error instanceof NotConnected)) throw new Error(`not refused: ${error}`);
	return error.failure;
}

describe('a server that refuses the connection is named, with why and with what helps', () => {
	test('28P01: the password is wrong, and no password is told', async () => {
		process.env.TEST_WRONG_PASSWORD = 'not-the-password';
		const failure = await failureOf((connection) => {
			connection.logins.run.password = { env: 'TEST_WRONG_PASSWORD' };
		});
		expect(failure).toMatchObject({ code: 'target_not_reached', sqlstate: '28P01' });
		expect(failure.message).toMatch(new RegExp(`^The server 127\\.0\\.0\\.1:\\d+ refuses the password of the login ${USER}: `));
		expect(JSON.stringify(failure)).not.toContain('not-the-password');
	});

	test.each([
		{
			state: '28000',
			before: () => `alter role ${USER} nologin`,
			after: () => `alter role ${USER} login`,
			words: /does not allow the login refused_login to connect/,
			helps: /may log in/,
		},
		{
			state: '42501',
			before: (db: string) => `revoke connect on database ${db} from public`,
			after: (db: string) => `grant connect on database ${db} to public`,
			words: /has not granted CONNECT/,
			helps: /npm run enroll/,
		},
		{
			state: '53300',
			before: () => `alter role ${USER} connection limit 0`,
			after: () => `alter role ${USER} connection limit -1`,
			words: /has no connection left/,
			helps: /limit of the login/,
		},
		{
			state: '55000',
			before: (db: string) => `alter database ${db} allow_connections false`,
			after: (db: string) => `alter database ${db} allow_connections true`,
			words: /accepts no connections to/,
			helps: /ALLOW_CONNECTIONS/,
		},
	])('$state', async ({ state, before, after, words, helps }) => {
		await superuser(before(place.database));
		try {
			expect(await failureOf()).toMatchObject({
				sqlstate: state,
				message: expect.stringMatching(words),
				instead: expect.stringMatching(helps),
			});
		} finally {
			await superuser(after(place.database));
		}
	});

	test('3D000: there is no such database', async () => {
		const failure = await failureOf((connection) => {
			connection.database = 'never_made';
		});
		expect(failure).toMatchObject({ sqlstate: '3D000', message: expect.stringContaining('has no database never_made') });
	});

	test('without TLS, where the target requires it', async () => {
		const failure = await failureOf((connection) => {
			connection.sslmode = 'require';
		});
		expect(failure).toMatchObject({
			message: expect.stringContaining('does not support TLS'),
			instead: expect.stringContaining('Turn on ssl'),
		});
		expect(failure.sqlstate).toBeUndefined();
	});

	test('nobody listens, or the name leads nowhere', async () => {
		const silent = await failureOf((connection) => {
			connection.port = 1;
		});
		expect(silent.message).toMatch(/^connection to 127\.0\.0\.1:1 failed: .*ECONNREFUSED/);
		const nowhere = await failureOf((connection) => {
			connection.host = 'nowhere.invalid';
		});
		expect(nowhere.message).toMatch(/^connection to nowhere\.invalid:\d+ failed: ./);
	});

	test('57P03: it does not take connections yet', async () => {
		// A standby that is told to accept nobody answers so for as long as it lives.
		const cluster = await startCluster();
		try {
			await query(cluster.url('postgres'), 'alter system set hot_standby = off');
			await cluster.stop();
			writeFileSync(join(cluster.dataDir, 'standby.signal'), '');
			void cluster.start().catch(() => undefined); // It waits for what never comes.
			const failure = await until('the server to answer', async () => {
				const seen = await failureOf((connection) => {
					connection.port = cluster.port;
				});
				return seen.sqlstate !== undefined && seen;
			});
			expect(failure).toMatchObject({ sqlstate: '57P03', message: expect.stringContaining('starting up, shutting down or recovering') });
		} finally {
			await cluster.destroy();
		}
	});
});

test('an SQLSTATE that nobody foresaw is told with what the server said', () => {
	const error = Object.assign(new pg.DatabaseError('something new', 0, 'error'), { code: 'XX000' });
	const { failure } = notConnected({ host: 'h', port: 1, database: 'd', user: 'u' }, error);
	expect(failure).toMatchObject({
		sqlstate: 'XX000',
		message: 'The server h:1 refused the connection: something new',
		instead: 'Read the log of the server.',
	});
});
