import { DatabaseError } from 'pg';
import { expect, test } from 'vitest';
import type { RehearsalPart } from '#lib/domain/rehearsed/parts.ts';
import { rehearsalPlace } from '#lib/domain/target/rehearsal-place.ts';
import { targetSchema } from '#lib/domain/target/target.ts';
import { StepFailed } from '#lib/gates/gate.ts';
import { notConnected } from '#lib/postgres/connection/connect-failure.ts';
import { whyItFailed } from '#lib/rehearsal/why-it-failed.ts';
import { targetDefinition } from '#tests/support/test-target.ts';

const definition = targetDefinition({ port: 5432, database: 'ehg', backupFolder: '/backups' });
const { sslmode, logins } = definition.connection;
const own = targetSchema.parse(definition);
const elsewhere = targetSchema.parse({ ...definition, rehearsal: { server: { host: '10.0.0.9', port: 5433, sslmode, logins } } });

function why(error: unknown, part: RehearsalPart, target = elsewhere) {
	return whyItFailed(error, { part, target, place: rehearsalPlace(target) });
}

const failed = (failure: Partial<StepFailed['failure']>) => new StepFailed({ code: 'sql_error', message: '', instead: '', ...failure });
const refused = (host: string, port: number) =>
	notConnected({ host, port, database: 'postgres', user: 'u' }, new Error(`connect ECONNREFUSED ${host}:${port}`));

test('a server that broke off is named, with what was said; where in the bundle it was stays', () => {
	const lost = failed({ message: 'Connection terminated unexpectedly', file: '1.sql', line: 3 });
	expect(why(lost, 'transaction')).toMatchObject({ code: 'rehearsal_server_lost', file: '1.sql', line: 3 });
	expect(why(lost, 'transaction').message).toMatch(
		/^The rehearsal server 10\.0\.0\.9:5433 broke off the connection \(Connection terminated/,
	);
	expect(why(lost, 'transaction', own).message).toMatch(/^The server of ehg broke off/);
	const restarted = failed({ message: 'terminating connection due to administrator command', sqlstate: '57P01' });
	expect(why(restarted, 'backup').message).toMatch(/^The server of ehg broke off/);
	expect(why(new Error('pg_restore failed: server closed the connection unexpectedly'), 'restore').code).toBe('rehearsal_server_lost');
});

test('one that cannot be reached is told as that; the target’s own in the words that it has everywhere', () => {
	expect(why(refused('10.0.0.9', 5433), 'backup')).toMatchObject({
		code: 'rehearsal_server_lost',
		message: expect.stringMatching(/^The rehearsal server cannot be used: connection to 10\.0\.0\.9:5433 failed: .*ECONNREFUSED/),
		instead: expect.stringMatching(/^Check that the server runs/),
	});
	expect(why(refused('127.0.0.1', 5432), 'backup')).toMatchObject({ code: 'target_not_reached' });
});

test('a full disk is the folder of the backups, or that of the server', () => {
	expect(why(new Error('pg_dump failed: No space left on device'), 'backup').message).toMatch(
		/^The backup folder \/backups on .* has no room left/,
	);
	const half = failed({ code: 'way_back_failed', message: 'could not extend file "base/5/1": wrote only 4096 of 8192 bytes' });
	expect(why(half, 'restore')).toMatchObject({
		code: 'rehearsal_disk_full',
		message: expect.stringMatching(/^The rehearsal server 10\.0\.0\.9:5433 has no room/),
	});
	expect(why(failed({ sqlstate: '53100', message: 'disk full', file: '1.sql' }), 'transaction')).toMatchObject({
		code: 'rehearsal_disk_full',
		file: '1.sql',
	});
});

test('what the change itself raises is its own, whatever it says', () => {
	const raised = failed({ message: 'Connection terminated: No space left on device', sqlstate: 'P0001' });
	expect(why(raised, 'transaction')).toEqual(raised.failure);
	expect(why(new DatabaseError('division by zero', 1, 'error'), 'trial').code).toBe('unexpected');
});
