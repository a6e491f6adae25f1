import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readSecret } from '#lib/env.ts';
import { SQLSTATE, sqlstateMeaning } from '#lib/postgres/connection/sqlstates.ts';
import { withPassfile } from '#lib/postgres/programs/passfile.ts';
import { redact } from '#lib/redact.ts';

describe('a secret', () => {
	it('is taken out of messages in every shape it comes in', () => {
		expect(redact('login hunter2 failed, hunter2%2F', ['hunter2', 'hunter2/'])).toBe('login [redacted] failed, [redacted]');
		expect(redact('postgresql://me:s3cret@host/db')).toBe('postgresql://me:[redacted]@host/db');
		expect(redact("host=h password='a b' user=u password=plain")).not.toMatch(/a b|plain/);
		expect(redact("alter role r password 'it''s'")).toBe("alter role r password '[redacted]'");
		expect(redact('the password of the login is wrong')).toBe('the password of the login is wrong');
	});

	it('that is missing is told by its place and never by a value', () => {
		expect(() => readSecret({ env: 'COUNTERSIGN_NOT_SET' })).toThrow(/COUNTERSIGN_NOT_SET/);
		expect(() => readSecret({ file: '/nowhere/secret' })).toThrow(/\/nowhere\/secret.*ENOENT/);
	});

	it('is in a passfile of mode 0600 only as long as it is needed', async () => {
		const entry = { host: '::1', port: 5432, user: 'a\\b', password: 'c:d' };
		const path = await withPassfile(entry, async (passfile) => {
			expect(statSync(passfile).mode & 0o777).toBe(0o600);
			expect(statSync(dirname(passfile)).mode & 0o777).toBe(0o700);
			expect(readFileSync(passfile, 'utf8')).toBe('\\:\\:1:5432:*:a\\\\b:c\\:d\n');
			return passfile;
		});
		expect(existsSync(dirname(path))).toBe(false);
	});
});

describe('an SQLSTATE', () => {
	it('has a meaning of its own, of its class, or none that PostgreSQL documents', () => {
		for (const code of Object.values(SQLSTATE)) expect(sqlstateMeaning(code)).not.toMatch(/does not document/);
		expect(sqlstateMeaning('22P02')).toMatch(/data exception/);
		expect(sqlstateMeaning('ZZZZZ')).toMatch(/does not document/);
	});
});
