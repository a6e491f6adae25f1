import { subscribe } from 'node:diagnostics_channel';
import type { IncomingMessage } from 'node:http';
import { isIPv6 } from 'node:net';

/**
 * Next copies X-Forwarded-* from any client, and uses the socket's address only when they are absent. This replaces them
 * as each request arrives, before Next sees it: with the address that our `trustedProxies` proxies report, and the
 * host and scheme of the console's own address. Call once per process.
 */
export function sealForwardedHeaders({ trustedProxies, siteUrl }: { trustedProxies: number; siteUrl: string }): void {
	const site = new URL(siteUrl);
	subscribe('http.server.request.start', (message) => {
		const { request } = message as { request: IncomingMessage };
		const forwarded = request.headers['x-forwarded-for'];
		request.headers['x-forwarded-for'] = vouchedAddress({
			forwarded: Array.isArray(forwarded) ? forwarded.join(',') : forwarded,
			socket: request.socket.remoteAddress,
			trustedProxies,
		});
		request.headers['x-forwarded-host'] = site.host;
		request.headers['x-forwarded-proto'] = site.protocol.slice(0, -1);
	});
}

/** Each proxy appends the address it saw, so the last one is ours; without a proxy only the socket is trusted. */
export function vouchedAddress(seen: { forwarded: string | undefined; socket: string | undefined; trustedProxies: number }): string {
	const hops = (seen.forwarded ?? '').split(',').map((hop) => hop.trim());
	const vouched = seen.trustedProxies === 0 ? seen.socket : hops.at(-seen.trustedProxies);
	return vouched || 'unknown';
}

/** What counts as one address when attempts are counted: an IPv4 address, or an IPv6 /64, which belongs to one customer. */
export function addressOf(headers: Headers): string {
	const address = (headers.get('x-forwarded-for') ?? 'unknown').replace(/^::ffff:(?=\d+\.)/, '');
	if (!isIPv6(address)) return address.slice(0, 64);
	const [head = '', tail] = address.split('%')[0]?.split('::') ?? [];
	const left = head === '' ? [] : head.split(':');
	const right = tail ? tail.split(':') : [];
	const missing = tail === undefined ? 0 : 8 - left.length - right.length;
	const groups = [...left, ...Array<string>(missing).fill('0'), ...right];
	return `${groups.slice(0, 4).join(':')}::/64`;
}
