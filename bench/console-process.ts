import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { buildConsole, isBuilt } from '#scripts/demo/build-console.ts';
import { DATA, ROOT } from '#scripts/demo/places.ts';
import { type Started, startProcess } from '#scripts/demo/start-process.ts';
import { freePort } from '#scripts/set-up/free-port.ts';

/** `secret` is what its session cookies are encrypted with. */
export type ConsoleProcess = Started & { pid: number; url: string; secret: string };

/** The console as in production: built, and pages and worker in one process of its own. */
export async function startConsoleProcess(input: { databaseUrl: string; targetsFile: string; folder: string }): Promise<ConsoleProcess> {
	mkdirSync(DATA, { recursive: true, mode: 0o711 });
	if (!isBuilt()) await buildConsole(AbortSignal.timeout(600_000));
	const port = String(await freePort());
	const url = `http://localhost:${port}`;
	const secret = randomBytes(32).toString('base64url');
	let pid = 0;
	const remember = (started: number) => {
		pid = started;
	};
	const started = await startProcess(
		{
			name: 'the console',
			args: [join(ROOT, 'node_modules/next/dist/bin/next'), 'start', '--hostname', '127.0.0.1', '--port', port],
			env: {
				NODE_ENV: 'production',
				NEXT_TELEMETRY_DISABLED: '1',
				NEXTAUTH_URL: url,
				NEXTAUTH_SECRET: secret,
				COUNTERSIGN_DATABASE_URL: input.databaseUrl,
				COUNTERSIGN_TARGETS: input.targetsFile,
				COUNTERSIGN_WORKER: 'in-web',
			},
			log: join(input.folder, 'console.log'),
			readyUrl: `http://127.0.0.1:${port}/sign-in`,
		},
		{ remember, release: () => undefined },
	);
	return { ...started, pid, url, secret };
}
