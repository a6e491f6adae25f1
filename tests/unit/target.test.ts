import { expect, test } from 'vitest';
import { type Target, targetSchema } from '#lib/domain/target/target.ts';

const login = (user: string) => ({ user, password: { env: 'PASSWORD' } });

function define(connection: Partial<Target['connection']>, more: { health?: string } = {}) {
	return targetSchema.safeParse({
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
	});
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
