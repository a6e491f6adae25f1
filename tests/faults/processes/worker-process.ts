import { spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { readRun } from '#tests/support/change.ts';
import { until } from '#tests/support/sql.ts';
import { LOGIN_PASSWORD } from '#tests/support/test-target.ts';
import type { Stage } from '../stage.ts';
import type { Ground, World } from '../world.ts';
import { endsWithUs } from './ends-with-us.ts';

const FAILPOINT_WITHIN_MS = 90_000;
const ROOT = join(import.meta.dirname, '../../..');

/** A real worker, as its own process. */
export type WorkerProcess = {
	pid: number;
	hasEnded(): boolean;
	/** kill -9, and waits until it is dead. Returns when it died. */
	kill(): Promise<number>;
	/** SIGTERM, as a deploy does it, and waits until it has ended. Returns how long that took, in ms. */
	stop(): Promise<number>;
	pause(): void;
	resume(): void;
	log(): string;
};

/** Starts a worker on this stage. `faultAt`: where it kills itself. It begins with whatever run waits for one. */
export async function startWorker(
	world: Ground,
	stage: Stage,
	{ faultAt, script = 'scripts/worker/main.ts' }: { faultAt?: string; script?: string } = {},
): Promise<WorkerProcess> {
	const folder = mkdtempSync(join(tmpdir(), 'countersign-worker-'));
	const targets = join(folder, 'targets.yaml');
	const log = join(folder, 'log');
	writeFileSync(targets, stringify({ targets: [stage.definition] }));
	const output = openSync(log, 'w');
	const child = endsWithUs(
		spawn(process.execPath, [join(ROOT, script)], {
			cwd: ROOT,
			stdio: ['ignore', output, output],
			env: {
				PATH: process.env.PATH,
				NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
				NODE_ENV: 'test',
				COUNTERSIGN_DATABASE_URL: stage.console.appUrl,
				COUNTERSIGN_TARGETS: targets,
				NEXTAUTH_URL: 'http://localhost:3000',
				NEXTAUTH_SECRET: 'a secret that nobody uses in these tests',
				TEST_LOGIN_PASSWORD: LOGIN_PASSWORD,
				TEST_TOKEN: process.env.TEST_TOKEN,
				...(faultAt ? { FAULT_AT: faultAt } : {}),
			},
		}),
	);
	closeSync(output);
	const ended = new Promise<void>((resolve, reject) => child.once('exit', () => resolve()).once('error', reject));
	const { pid } = child;
	if (pid === undefined) throw new Error('the worker did not start');
	const kill = async () => {
		child.kill('SIGKILL');
		await ended;
		return Date.now();
	};
	const stop = async () => {
		const toldAt = performance.now();
		child.kill('SIGTERM');
		await until('the worker to end after SIGTERM', async () => child.exitCode !== null || child.signalCode !== null);
		return Math.round(performance.now() - toldAt);
	};
	world.atEnd(async () => {
		await kill();
		rmSync(folder, { recursive: true });
	});
	return {
		pid,
		hasEnded: () => child.exitCode !== null || child.signalCode !== null,
		kill,
		stop,
		pause: () => void child.kill('SIGSTOP'),
		resume: () => void child.kill('SIGCONT'),
		log: () => readFileSync(log, 'utf8'),
	};
}

/** Waits until a worker has died at its failpoint. Returns when it died; throws with what became of the run where it never came there. */
export async function diedAtFailpoint(worker: WorkerProcess, stage: Pick<Stage, 'console'>, runId: string): Promise<number> {
	try {
		await until('the worker to come to its failpoint', async () => worker.hasEnded(), FAILPOINT_WITHIN_MS);
		return Date.now();
	} catch (error) {
		const { status, truth, failure } = await readRun(stage.console, runId);
		throw new Error(`the run is ${status}, ${truth.kind}, ${failure?.message ?? 'no failure'}; the worker says: ${worker.log()}`, {
			cause: error,
		});
	}
}

/** Starts another worker and waits until it has the run. Notes how long that was after `diedAt`, and returns it in ms. */
export async function takeOver(
	world: World,
	stage: Stage,
	{ runId, diedAt, fence }: { runId: string; diedAt: number; fence: number },
): Promise<{ ms: number; worker: WorkerProcess }> {
	const worker = await startWorker(world, stage);
	await until('another worker to take the run over', async () => (await fenceOf(stage, runId)) > fence, 60_000);
	const ms = Date.now() - diedAt;
	world.tookOverAfter(ms);
	return { ms, worker };
}

export async function fenceOf({ console }: Pick<Stage, 'console'>, runId: string): Promise<number> {
	const [row] = await console.sql<{ fence: string }>('select fence from run where id = $1', [runId]);
	return Number(row?.fence);
}
