/** A bundle may weigh 20 MB (lib/domain/manifest.ts); the rest is the form around it. */
const UPLOAD_LIMIT = '25mb';

/** @type {import('next').NextConfig} */
export default {
	poweredByHeader: false,
	reactStrictMode: true,
	// Loaded by Node at run time: drivers, WebAssembly beside its module, and what keeps state on a module.
	serverExternalPackages: ['pg', 'pg-boss', 'libpg-query', '@prisma/client', '@prisma/adapter-pg', 'canonicalize', 'pino', 'prom-client'],
	experimental: {
		serverActions: { bodySizeLimit: UPLOAD_LIMIT },
		proxyClientMaxBodySize: UPLOAD_LIMIT,
	},
};
