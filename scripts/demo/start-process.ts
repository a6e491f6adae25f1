import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { lastLines } from '#scripts/set-up/last-lines.ts';
import { endProcess, identify } from '#scripts/set-up/processes.ts';
import type { Claim } from './claim.ts';
import { ROOT } from './places.ts';

/** Something that runs until it is stopped. `ended` resolves when it has ended, whoever ended it. */
export type Started = { name: string; log: string; ended: Promise<void>; stop(): Promise<void> };

export type ProcessSettings = {
	name: string;
	/** Arguments of this Node. */
	args: string[];
	env: Record<string, string>;
	log: string;
	/** Answers below 500 once it is ready. */
	readyUrl: string;
};

const READY_LIMIT_MS = 60_000;
const STOP_LIMIT_MS = 20_000;
const LOOK_EVERY_MS = 100;

/**
 * Starts a Node process with a log of its own and waits until it answers. In a session of its own, so that Ctrl-C in the
 * terminal does not reach it: it is stopped in its turn. Throws with its last lines when it ends or stays silent.
 */
export async function startProcess({ name, args, env, log, readyUrl }: ProcessSettings, claim: Claim): Promise<Started> {
	const output = openSync(log, 'w', 0o600);
	const child = spawn(process.execPath, args, {
		cwd: ROOT,
		detached: true,
		env: { ...process.env, ...env },
		stdio: ['ignore', output, output],
	});
	closeSync(output);
	const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()).once('error', () => resolve()));
	const identity = child.pid === undefined ? null : identify(child.pid);
	const stop = async () => {
		if (identity) await endProcess(identity, { first: 'SIGTERM', last: 'SIGKILL', limitMs: STOP_LIMIT_MS });
	};
	if (child.pid !== undefined) claim.remember(child.pid);
	const outcome = await Promise.race([answers(readyUrl), ended.then(() => 'ended' as const)]);
	if (outcome === 'answers') return { name, log, ended, stop };
	await stop();
	throw new Error(
		`${name} ${outcome === 'ended' ? 'ended' : `did not answer within ${READY_LIMIT_MS / 1000} s`}. Its last lines:\n${lastLines(log)}`,
	);
}

async function answers(url: string): Promise<'answers' | 'silent'> {
	const deadline = Date.now() + READY_LIMIT_MS;
	while (Date.now() < deadline) {
		const status = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(10_000) }).then(
			(response) => response.status,
			() => null, // Nobody listens yet.
		);
		if (status !== null && status < 500) return 'answers';
		await sleep(LOOK_EVERY_MS);
	}
	return 'silent';
}
