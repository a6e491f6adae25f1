import type { OpenRun } from './open-run.ts';

/** Keeps our own watching out of the target while `work` needs it free of every session. The cluster is still watched. */
export async function withTargetFree<T>(run: OpenRun, work: () => Promise<T>): Promise<T> {
	await run.watch?.pauseTarget();
	try {
		return await work();
	} finally {
		await run.watch?.resumeTarget();
	}
}
