import { expect, test } from 'vitest';
import { pathInside, refuseForeignOrigin } from '#lib/access/same-origin.ts';

const siteUrl = 'https://console.example:8443';

test('accepts the console’s own origin', () => {
	expect(() => refuseForeignOrigin({ origin: siteUrl, siteUrl: `${siteUrl}/` })).not.toThrow();
});

test.each([null, 'null', '', 'https://console.example', 'http://console.example:8443', 'https://console.example:8443.evil.example'])(
	'refuses the origin %s',
	(origin) => {
		expect(() => refuseForeignOrigin({ origin, siteUrl })).toThrow(expect.objectContaining({ code: 'forbidden' }));
	},
);

test.each([
	['/changes/7?tab=sql#top', '/changes/7?tab=sql#top'],
	[`${siteUrl}/record`, '/record'],
	['changes', '/changes'],
])('keeps %s inside', (wanted, path) => {
	expect(pathInside(wanted, siteUrl)).toBe(path);
});

test.each([
	'//evil.example',
	'/\\evil.example',
	'https://evil.example/',
	'/.//evil.example',
	'javascript:alert(1)',
	'http://[',
	['/a', '/b'],
	undefined,
])('sends %s to the inbox instead', (wanted) => {
	expect(pathInside(wanted, siteUrl)).toBe('/');
});
