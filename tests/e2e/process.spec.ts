import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ROOT } from '#scripts/demo/places.ts';
import { startProcess } from '#scripts/demo/start-process.ts';
import { freePort } from '#scripts/set-up/free-port.ts';
import { STAGE_FILE, stage } from './stage/stage.ts';
import { inConsole } from './support/databases.ts';
import { look } from './support/look.ts';
import { expect, signIn, test } from './support/test.ts';

const TOKEN = 'a-token-for-prometheus';

/** A second web process on the same database, as `next start` starts it. `env`: what it has other than the first. */
async function startSecond(env: Record<string, string> = {}) {
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
				...env,
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

test('an unexpected error shows the id under which the log has it, and the page comes when it is asked for again', async ({
	arrive,
	expectComplaint,
}) => {
	expectComplaint(/status of 500|Minified React error|Server Components render/);
	const login = await makeLogin();
	const second = await startSecond({ COUNTERSIGN_DATABASE_URL: login.url, COUNTERSIGN_WORKER: 'separate' });
	try {
		const page = await arrive();
		await page.goto(`${second.url}/sign-in`);
		await signIn(page, 'dana');
		await expect(page.getByRole('heading', { name: 'Inbox', level: 1 })).toBeVisible();
		await login.lock();

		for (const arriveAtChanges of [
			() => page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Changes' }).click(),
			() => page.reload(),
		]) {
			await arriveAtChanges();
			await expect(page.getByRole('heading', { name: 'Something went wrong', level: 1 })).toBeVisible();
			const id = await page.locator('code').textContent();
			expect(id).toMatch(/^\d+$/);
			expect(readFileSync(second.log, 'utf8')).toContain(id);
		}
		await look(page, 'unexpected-error', { narrow: true });
		await page.getByRole('button', { name: 'Try again' }).click();
		await expect(page.getByRole('heading', { name: 'Something went wrong', level: 1 })).toBeVisible();

		await login.unlock();
		await page.getByRole('button', { name: 'Try again' }).click();
		await expect(page.getByRole('heading', { name: 'Changes', level: 1 })).toBeVisible();
		await page.close();
	} finally {
		await second.stop();
		await login.remove();
	}
});

/** A login of its own to the console's database, with all that the console's has: what is locked out by it is that process alone. */
async function makeLogin() {
	await inConsole(`create role second_console login password 'of-one-test' in role countersign_app`);
	const url = new URL(stage().consoleDatabase);
	url.username = 'second_console';
	url.password = 'of-one-test';
	return {
		url: url.href,
		async lock() {
			await inConsole('alter role second_console nologin');
			await inConsole(`select pg_terminate_backend(pid) from pg_stat_activity where usename = 'second_console'`);
		},
		unlock: () => inConsole('alter role second_console login'),
		remove: () => inConsole('drop role second_console'),
	};
}
