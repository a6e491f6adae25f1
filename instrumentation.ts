/** Runs once in each web process, before its first request. What cannot start here keeps the process from serving at all. */
export async function register(): Promise<void> {
	// Not a setting but a constant of the build: Next builds this file for runtimes that have no sockets too.
	if (process.env.NEXT_RUNTIME !== 'nodejs') return;
	const { sealForwardedHeaders } = await import('#lib/access/client-address.ts');
	const { env } = await import('#lib/env.ts');
	const { startConsole } = await import('#lib/worker/web-queue.ts');
	sealForwardedHeaders({ trustedProxies: env().COUNTERSIGN_TRUSTED_PROXIES, siteUrl: env().NEXTAUTH_URL });
	await startConsole();
}
