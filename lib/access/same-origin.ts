import { Refusal } from '#lib/errors.ts';

/**
 * Refuses a request that changes something unless it comes from the console's own pages. `origin` is the Origin header; missing and
 * "null" count as foreign. `siteUrl` is the console's address from the environment, never what the request claims.
 */
export function refuseForeignOrigin({ origin, siteUrl }: { origin: string | null; siteUrl: string }): void {
	if (origin !== null && origin === new URL(siteUrl).origin) return;
	throw new Refusal('forbidden', 'This request did not come from the console’s own pages. Nothing was done.');
}

/** Where to go after signing in: a path of this console; "/" for anything else. */
export function pathInside(wanted: unknown, siteUrl: string): string {
	if (typeof wanted !== 'string' || !URL.canParse(wanted, siteUrl)) return '/';
	const url = new URL(wanted, siteUrl);
	// "/.//elsewhere" resolves to this site, but browsers would read its path alone as another host.
	if (url.origin !== new URL(siteUrl).origin || url.pathname.startsWith('//')) return '/';
	return `${url.pathname}${url.search}${url.hash}`;
}
