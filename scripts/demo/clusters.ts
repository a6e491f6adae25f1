import { join } from 'node:path';
import { type ClusterDefinition, makeCluster, type RunningCluster, startCluster } from '#scripts/set-up/cluster.ts';
import { PLACES } from './places.ts';
import type { Started } from './start-process.ts';
import type { DemoState } from './state.ts';

/** Starts the console's own cluster and the target's, makes them at the first time, and adds them to what was started. */
export async function startClusters(
	{ ports, passwords }: DemoState,
	started: Started[],
): Promise<{ console: RunningCluster; target: RunningCluster }> {
	const definitions = {
		console: { folder: PLACES.console, port: ports.console, password: passwords.console, archive: false },
		target: { folder: PLACES.target, port: ports.target, password: passwords.target, archive: true },
	};
	// Both are waited for, so that a failure of one does not leave the other running unseen.
	const [console, target] = await Promise.allSettled([
		startOne('the console’s PostgreSQL', definitions.console, started),
		startOne('the target’s PostgreSQL', definitions.target, started),
	]);
	if (console.status === 'rejected') throw console.reason;
	if (target.status === 'rejected') throw target.reason;
	return { console: console.value, target: target.value };
}

async function startOne(name: string, definition: ClusterDefinition, started: Started[]): Promise<RunningCluster> {
	await makeCluster(definition);
	const cluster = await startCluster(definition);
	started.push({ name, log: join(definition.folder, 'log'), ended: cluster.ended, stop: cluster.stop });
	return cluster;
}
