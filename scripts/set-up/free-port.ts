import { createServer } from 'node:net';

/** The first of the preferred ports of 127.0.0.1 that is free, else any free one. Another process may still take it before its use. */
export async function freePort(preferred: number[] = []): Promise<number> {
	for (const port of preferred) {
		if (await isFree(port)) return port;
	}
	return bindOnce(0);
}

/** Whether nobody listens on this port, on 127.0.0.1 or on every address. */
export async function isFree(port: number): Promise<boolean> {
	for (const host of ['127.0.0.1', undefined]) {
		const bound = await bindOnce(port, host).catch((error: NodeJS.ErrnoException) => {
			if (error.code === 'EADDRINUSE' || error.code === 'EACCES') return null;
			throw error;
		});
		if (bound === null) return false;
	}
	return true;
}

function bindOnce(port: number, host: string | undefined = '127.0.0.1'): Promise<number> {
	return new Promise((resolve, reject) => {
		const server = createServer();
		server.once('error', reject);
		server.listen(port, host, () => {
			const address = server.address();
			const bound = address && typeof address === 'object' ? address.port : port;
			server.close(() => resolve(bound));
		});
	});
}
