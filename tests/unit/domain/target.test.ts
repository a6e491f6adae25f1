import { expect, test } from 'vitest';
import { type Target, targetSchema, targetsFileSchema } from '#lib/domain/target/target.ts';

const login = (user: string) => ({ user, password: { env: 'PASSWORD' } });

type More = { name?: string; health?: string; wayBack?: string; rehearsal?: unknown; staging?: string; seats?: string[] };

function define(connection: Partial<Target['connection']>, more: More = {}) {
	return targetSchema.safeParse(written(connection, more));
}

function written(connection: Partial<Target['connection']>, more: More) {
	return {
		name: 'production',
		connection: {
			host: 'db.internal',
			database: 'ehg',
			logins: { run: login('run'), backup: login('backup'), restore: login('restore') },
			...connection,
		},
		window: { daily: { from: '02:00', to: '04:00' } },
		backup: { folder: '/var/backups/countersign' },
		maintenance: 'none',
		health: 'none',
		alerts: 'none',
		...more,
	};
}

test('a target that says nothing of TLS is reached with verify-full', () => {
	expect(define({}).data?.connection).toMatchObject({ sslmode: 'verify-full' });
});

test('an authority is refused where no certificate would be checked', () => {
	const sslrootcert = '/etc/countersign/internal-ca.crt';
	expect(define({ sslrootcert }).success).toBe(true);
	for (const sslmode of ['require', 'disable'] as const) {
		const refused = define({ sslmode, sslrootcert });
		expect(refused.error?.issues).toMatchObject([{ path: ['connection', 'sslrootcert'], message: expect.stringContaining('verify-full') }]);
	}
});

test('an address with a password in it is refused, and the password is not told', () => {
	expect(define({}, { health: 'https://app.internal/health?of=a@b' }).success).toBe(true);
	const refused = define({}, { health: 'https://probe:hunter2@app.internal/health' });
	expect(refused.success).toBe(false);
	expect(JSON.stringify(refused.error)).toContain('must not contain a user or a password');
	expect(JSON.stringify(refused.error)).not.toContain('hunter2');
});

test('a staging target is another target of the file, itself without one, and alone may be signed by fewer people', () => {
	const read = (...all: More[]) => targetsFileSchema.safeParse({ targets: all.map((more) => written({}, more)) });
	const wrong = (...all: More[]) => read(...all).error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
	const fine = read({ staging: 'staging' }, { name: 'staging', seats: ['dba'] });
	expect(fine.data?.targets.map(({ seats }) => seats.length)).toEqual([3, 1]);
	expect(wrong({ staging: 'production' })?.[0]).toMatch(/^targets\.0\.staging: must be the name of another target/);
	expect(wrong({ staging: 'elsewhere' })?.[0]).toMatch(/^targets\.0\.staging: must be the name of another target/);
	expect(wrong({ staging: 'staging' }, { name: 'staging', staging: 'more' }, { name: 'more' })?.[0]).toContain(
		'is a staging target itself',
	);
	expect(wrong({ seats: ['dba'] })?.[0]).toMatch(/^targets\.0\.seats: may leave out a seat only for/);
	for (const seats of [[], ['chairman', 'dba'], ['dba', 'dba'], ['operator']])
		expect(read({ staging: 'staging' }, { name: 'staging', seats }).success, seats.join()).toBe(false);
});

test('a way back that rehearsals show needs one with every filing', () => {
	const refused = define({}, { wayBack: 'rehearsed' });
	expect(refused.error?.issues).toMatchObject([{ path: ['rehearsal', 'starts'], message: expect.stringContaining('when_filed') }]);
	expect(define({}, { wayBack: 'rehearsed', rehearsal: { starts: 'when_filed' } }).data?.rehearsal.freshness).toBe(72 * 3_600_000);
});

test('a server for rehearsals has the logins of the target, and is reached with verify-full', () => {
	const server = { host: 'rehearsals.internal', logins: { run: login('run'), backup: login('backup'), restore: login('restore') } };
	expect(define({}, { rehearsal: { server } }).data?.rehearsal.server).toMatchObject({ port: 5432, sslmode: 'verify-full' });
	const refused = define({}, { rehearsal: { server: { ...server, logins: { ...server.logins, run: login('someone') } } } });
	expect(refused.error?.issues).toMatchObject([
		{ path: ['rehearsal', 'server', 'logins'], message: expect.stringContaining('same names') },
	]);
});
