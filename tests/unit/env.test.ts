import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ENVIRONMENT_NAMES, parseEnvironment } from '#lib/env.ts';

const complete = {
	COUNTERSIGN_DATABASE_URL: 'postgresql://app:hunter2@localhost/console',
	COUNTERSIGN_TARGETS: '/etc/countersign/targets.yaml',
	NEXTAUTH_URL: 'https://console.example',
	NEXTAUTH_SECRET: 'a-secret-that-is-long-enough-to-be-one',
};

test('a complete environment is accepted, with the defaults of the rest', () => {
	expect(parseEnvironment(complete)).toMatchObject({
		NODE_ENV: 'production',
		COUNTERSIGN_WORKER: 'in-web',
		COUNTERSIGN_TRUSTED_PROXIES: 0,
	});
});

test('every missing variable is named at once', () => {
	expect(() => parseEnvironment({ NEXTAUTH_SECRET: '' })).toThrow(
		/COUNTERSIGN_DATABASE_URL is not set[\s\S]*COUNTERSIGN_TARGETS is not set[\s\S]*NEXTAUTH_URL is not set[\s\S]*NEXTAUTH_SECRET is not set/,
	);
});

test('a wrong value is named and never shown', () => {
	const wrong = { ...complete, NEXTAUTH_SECRET: 'short-hunter2', COUNTERSIGN_DATABASE_URL: 'mysql://app:hunter2@localhost' };
	const error = (() => {
		try {
			parseEnvironment(wrong);
		} catch (thrown) {
			return String(thrown);
		}
	})();
	expect(error).toContain('NEXTAUTH_SECRET must have at least 32 characters');
	expect(error).toContain('COUNTERSIGN_DATABASE_URL must be a postgresql:// URL');
	expect(error).not.toContain('hunter2');
});

test('a failpoint is refused outside tests', () => {
	expect(() => parseEnvironment({ ...complete, FAULT_AT: 'backup', NODE_ENV: 'production' })).toThrow('FAULT_AT is accepted only');
	expect(parseEnvironment({ ...complete, FAULT_AT: 'backup', NODE_ENV: 'test' }).FAULT_AT).toBe('backup');
});

test('.env.example names every variable that the console reads, and no other', () => {
	const text = readFileSync(join(import.meta.dirname, '../../.env.example'), 'utf8');
	const named = [...text.matchAll(/^(\w+)=/gm)].map(([, name]) => name);
	expect(named.toSorted()).toEqual(ENVIRONMENT_NAMES.toSorted());
});
