import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const LOOK_EVERY_MS = 50;

/** A process that can be told from a later one with the same number. */
export type ProcessIdentity = { pid: number; startedAt: string };

/** Who runs under this number now; null when nobody does. */
export function identify(pid: number): ProcessIdentity | null {
	const startedAt = startOf(pid);
	return startedAt === null ? null : { pid, startedAt };
}

/** Whether that very process still runs, not another that got its number. */
export function isRunning(identity: ProcessIdentity): boolean {
	return startOf(identity.pid) === identity.startedAt;
}

/** Sends the first signal, waits `limitMs`, then the last. Resolves when the process is gone; throws when it outlives both. */
export async function endProcess(
	identity: ProcessIdentity,
	signals: { first: NodeJS.Signals; last: NodeJS.Signals; limitMs: number },
): Promise<void> {
	for (const signal of [signals.first, signals.last]) {
		if (!isRunning(identity)) return;
		process.kill(identity.pid, signal);
		const deadline = Date.now() + signals.limitMs;
		while (isRunning(identity) && Date.now() < deadline) await sleep(LOOK_EVERY_MS);
	}
	if (isRunning(identity)) throw new Error(`process ${identity.pid} does not end: kill -9 ${identity.pid}`);
}

function startOf(pid: number): string | null {
	try {
		if (process.platform !== 'linux') return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim() || null;
		const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
			.replace(/^.*\) /s, '')
			.split(' ');
		// A zombie has ended; only its parent has not asked yet.
		return fields[0] === 'Z' ? null : (fields[19] ?? null);
	} catch {
		return null;
	}
}
