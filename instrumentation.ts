import { sealForwardedHeaders } from '#lib/access/client-address.ts';
import { env } from '#lib/env.ts';

/** Runs once in each web process, before its first request. */
export function register(): void {
	const { COUNTERSIGN_TRUSTED_PROXIES, NEXTAUTH_URL } = env();
	sealForwardedHeaders({ trustedProxies: COUNTERSIGN_TRUSTED_PROXIES, siteUrl: NEXTAUTH_URL });
}
