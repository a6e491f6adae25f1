import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { World } from '../world.ts';
import { endsWithUs } from './ends-with-us.ts';

/** The console's streams in a process of their own. */
export type StreamProcess = { port: number; kill(): Promise<void> };

export async function startStreamProcess(world: World, databaseUrl: string): Promise<StreamProcess> {
	const child = endsWithUs(
		spawn(process.execPath, [join(import.meta.dirname, 'stream-server.ts')], {
			stdio: ['ignore', 'pipe', 'inherit'],
			env: {
				PATH: process.env.PATH,
				NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
				NODE_ENV: 'test',
				COUNTERSIGN_DATABASE_URL: databaseUrl,
				COUNTERSIGN_TARGETS: '/nowhere',
				NEXTAUTH_URL: 'http://localhost:3000',
				NEXTAUTH_SECRET: 'a secret that nobody uses in these tests',
			},
		}),
	);
	const ended = once(child, 'exit');
	const kill = async () => {
		child.kill('SIGKILL');
		await ended;
	};
	world.atEnd(kill);
	const [port] = await once(createInterface({ input: child.stdout }), 'line');
	return { port: Number(port), kill };
}
