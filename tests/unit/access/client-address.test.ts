import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { addressOf, sealForwardedHeaders, vouchedAddress } from '#lib/access/client-address.ts';

test('believes only the socket when no proxy of ours stands before', () => {
	expect(vouchedAddress({ forwarded: '1.1.1.1', socket: '9.9.9.9', trustedProxies: 0 })).toBe('9.9.9.9');
});

test('believes what our proxies appended, and nothing before that', () => {
	const forwarded = 'forged, 1.1.1.1, 10.0.0.2';
	expect(vouchedAddress({ forwarded, socket: '10.0.0.3', trustedProxies: 1 })).toBe('10.0.0.2');
	expect(vouchedAddress({ forwarded, socket: '10.0.0.3', trustedProxies: 2 })).toBe('1.1.1.1');
	expect(vouchedAddress({ forwarded: undefined, socket: '10.0.0.3', trustedProxies: 1 })).toBe('unknown');
});

test.each([
	['203.0.113.7', '203.0.113.7'],
	['::ffff:203.0.113.7', '203.0.113.7'],
	['2001:db8:1:2:aaaa::1', '2001:db8:1:2::/64'],
	['2001:db8::1', '2001:db8:0:0::/64'],
	['::1', '0:0:0:0::/64'],
])('counts %s as %s', (address, counted) => {
	expect(addressOf(new Headers({ 'x-forwarded-for': address }))).toBe(counted);
});

test('overwrites forged X-Forwarded headers before a server’s handler sees them', async () => {
	sealForwardedHeaders({ trustedProxies: 0, siteUrl: 'https://console.example' });
	let seen: IncomingHttpHeaders = {};
	const server = createServer((request, response) => {
		seen = request.headers;
		response.end();
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	try {
		const forged = { 'x-forwarded-for': '1.2.3.4', 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'http' };
		await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, { headers: forged });
		expect(seen).toMatchObject({
			'x-forwarded-for': '127.0.0.1',
			'x-forwarded-host': 'console.example',
			'x-forwarded-proto': 'https',
		});
	} finally {
		await new Promise((resolve) => server.close(resolve));
	}
});
