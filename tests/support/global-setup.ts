import type { TestProject } from 'vitest/node';
import type { Cluster } from './cluster.ts';
import { FILES_AT_ONCE } from './files-at-once.ts';
import { startConsoleCluster, startTargetCluster } from './start-clusters.ts';

/** Where the clusters are. Each test file clones its own databases from their templates. */
export type Clusters = {
	/** One for each test file that runs at a time: roles are the whole cluster's, and a run refuses when somebody else makes one. */
	targets: Place[];
	console: Place;
};
export type Place = { port: number; password: string };

declare module 'vitest' {
	interface ProvidedContext {
		clusters: Clusters;
	}
}

/** The clusters for the whole run of the integration tests, with templates to clone: targets' with archiving, and one for consoles. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
	const started: Cluster[] = [];
	const destroy = async () => {
		for (const cluster of started) await cluster.destroy();
	};
	const keep = (cluster: Cluster) => {
		started.push(cluster);
		return placeOf(cluster);
	};
	try {
		const targets: Place[] = [];
		while (targets.length < FILES_AT_ONCE) targets.push(keep(await startTargetCluster()));
		project.provide('clusters', { targets, console: keep(await startConsoleCluster()) });
		return destroy;
	} catch (error) {
		await destroy();
		throw error;
	}
}

function placeOf({ port, password }: Cluster): Place {
	return { port, password };
}
