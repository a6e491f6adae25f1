import type { TestProject } from 'vitest/node';
import type { Cluster } from './cluster.ts';
import { startConsoleCluster, startTargetCluster } from './start-clusters.ts';

/** Where the two clusters are. Each test file clones its own databases from their templates. */
export type Clusters = { target: Place; console: Place };
export type Place = { port: number; password: string };

declare module 'vitest' {
	interface ProvidedContext {
		clusters: Clusters;
	}
}

/** One target cluster with archiving and one console cluster for the whole run of the integration tests, with templates to clone. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
	const started: Cluster[] = [];
	const destroy = async () => {
		for (const cluster of started) await cluster.destroy();
	};
	try {
		const target = await startTargetCluster();
		started.push(target);
		const console_ = await startConsoleCluster();
		started.push(console_);
		project.provide('clusters', { target: placeOf(target), console: placeOf(console_) });
		return destroy;
	} catch (error) {
		await destroy();
		throw error;
	}
}

function placeOf({ port, password }: Cluster): Place {
	return { port, password };
}
