import { createServer } from 'node:net';

/** Every address of this machine, by IPv4 and by IPv6: a server on any of them would be in the way. */
const ADDRESSES = ['127.0.0.1', '0.0.0.0', '::'];
/** What a machine without IPv6 says. */
const NO_SUCH_ADDRESS = ['EAFNOSUPPORT', 'EADDRNOTAVAIL'];

/** The first of the preferred ports that is free, else any free one. Another process may still take it before it is used. */
export async function freePort(preferred: (number | undefined)[] = []): Promise<number> {
	for (const port of preferred) {
		if (port !== undefined && (await isFree(port))) return port;
	}
	return bindOnce(0, '127.0.0.1');
}

async function isFree(port: number): Promise<boolean> {
	for (const address of ADDRESSES) {
		try {
			await bindOnce(port, address);
		} catch (error) {
			if (!NO_SUCH_ADDRESS.includes((error as NodeJS.ErrnoException).code ?? '')) return false;
		}
	}
	return true;
}

function bindOnce(port: number, address: string): Promise<number> {
	return new Promise((resolve, reject) => {
		const server = createServer();
		server.once('error', reject);
		server.listen(port, address, () => {
			const bound = server.address();
			server.close(() => resolve(bound && typeof bound === 'object' ? bound.port : port));
		});
	});
}
