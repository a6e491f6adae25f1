import { describe, expect, test } from 'vitest';
import { readUrl } from '#lib/postgres/connection/url-config.ts';

describe('a URL', () => {
	test.each([
		[
			'postgresql://u%40x:p%23%3F%2F%25@db.example:5433/a%3Fb%23c%2Fd%25e',
			{ user: 'u@x', password: 'p#?/%', host: 'db.example', port: 5433, database: 'a?b#c/d%e' },
		],
		['postgresql://u@[::1]/db', { user: 'u', password: null, host: '::1', port: null, database: 'db' }],
		['postgresql:///db?host=/run/postgresql&user=u&port=5434', { user: 'u', host: '/run/postgresql', port: 5434, database: 'db' }],
		['postgres://u@h', { database: null }],
	])('is read with every part decoded once: %s', (text, parts) => {
		const url = readUrl(text);
		expect(url).toMatchObject(parts);
		expect(url.client.database ?? null).toBe(url.database);
		expect(url.client.host).toBe(url.host);
	});

	test.each([
		'postgresql://u:p#x@h/db',
		'postgresql://u@h/db#x',
		'postgresql://u@h/100%',
		'mysql://u@h/db',
		'db',
		'postgresql://u:secret?x@h/db',
	])('that would be read otherwise than it was meant is refused, and not shown: %s', (text) => {
		expect(() => readUrl(text)).toThrow(/^This is not a URL such as .*%/);
		expect(() => readUrl(text)).not.toThrow(/secret/);
	});
});
