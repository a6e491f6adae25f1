/** Runs once in each web process, before its first request. If something cannot start here, the process serves nothing. */
export async function register(): Promise<void> {
	// Not a setting but a constant of the build: Next also builds this file for runtimes without sockets.
	if (process.env.NEXT_RUNTIME !== 'nodejs') return;
	const { sealForwardedHeaders } = await import('#lib/access/client-address.ts');
	const { env } = await import('#lib/env.ts');
	const { startConsole } = await import('#lib/worker/web-queue.ts');
	sealForwardedHeaders({ trustedProxies: env().COUNTERSIGN_TRUSTED_PROXIES, siteUrl: env().NEXTAUTH_URL });
	await startConsole();
}
