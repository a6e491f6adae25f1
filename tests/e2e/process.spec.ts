import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ROOT } from '#scripts/demo/places.ts';
import { startProcess } from '#scripts/demo/start-process.ts';
import { freePort } from '#scripts/set-up/free-port.ts';
import { STAGE_FILE, stage } from './stage/stage.ts';
import { expect, test } from './support/test.ts';

const TOKEN = 'a-token-for-prometheus';

/** A second web process on the same database, as `next start` starts it. */
async function startSecond() {
	const folder = dirname(process.env[STAGE_FILE] ?? '');
	const port = String(await freePort());
	const url = `http://127.0.0.1:${port}`;
	let pid = 0;
	const remember = (started: number) => {
		pid = started;
	};
	const started = await startProcess(
		{
			name: 'the second console',
			args: [join(ROOT, 'node_modules/next/dist/bin/next'), 'start', '--hostname', '127.0.0.1', '--port', port],
			env: {
				NODE_ENV: 'production',
				NEXTAUTH_URL: url,
				NEXTAUTH_SECRET: 'a-secret-of-a-process-that-lives-for-one-test',
				COUNTERSIGN_DATABASE_URL: stage().consoleDatabase,
				COUNTERSIGN_TARGETS: join(folder, 'targets.yaml'),
				COUNTERSIGN_METRICS_TOKEN: TOKEN,
			},
			log: join(folder, 'second.log'),
			readyUrl: `${url}/api/health`,
		},
		{ remember, release: () => undefined },
	);
	return { ...started, url, kill: (signal: NodeJS.Signals) => process.kill(pid, signal) };
}

test('a process tells how it is, gives its metrics to whoever has the token, and stops in order on SIGTERM', async () => {
	const second = await startSecond();
	try {
		expect(await (await fetch(`${second.url}/api/health`)).json()).toEqual({ status: 'ok' });
		await expect.poll(async () => (await fetch(`${second.url}/api/ready`)).json()).toEqual({ ready: true, reasons: [] });
		expect((await fetch(`${second.url}/metrics`)).status).toBe(401);
		const metrics = await fetch(`${second.url}/metrics`, { headers: { authorization: `Bearer ${TOKEN}` } });
		expect(metrics.status).toBe(200);
		expect(await metrics.text()).toContain('countersign_runs{status="running"}');
		expect((await fetch(`${stage().url}/metrics`)).status).toBe(404);
		second.kill('SIGTERM');
		await second.ended;
		const said = readFileSync(second.log, 'utf8');
		expect(said).toContain('the console is stopping');
		await expect(fetch(`${second.url}/api/health`)).rejects.toThrow();
	} finally {
		await second.stop();
	}
});
