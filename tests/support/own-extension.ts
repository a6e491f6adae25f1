import { accessSync, constants, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Cluster } from './cluster.ts';

/** Where the cluster's server looks for extensions. */
function folderOf({ binDir }: Cluster): string {
	const major = basename(join(binDir, '..'));
	return join(binDir, '../../../../share/postgresql', major, 'extension');
}

/** Whether an extension can be put beside those of the server: on a machine of somebody's own it may not be allowed. */
export function mayAddExtensions(cluster: Cluster): boolean {
	try {
		accessSync(folderOf(cluster), constants.W_OK);
		return true;
	} catch {
		return false;
	}
}

type OwnExtension = { name: string; version?: string; sql: string };

/** Puts an extension beside those of the server, which anybody may make who may make things in the database. Returns what removes it. */
export function addExtension(cluster: Cluster, { name, version = '1.0', sql }: OwnExtension): () => void {
	const control = join(folderOf(cluster), `${name}.control`);
	const script = join(folderOf(cluster), `${name}--${version}.sql`);
	writeFileSync(control, `default_version = '${version}'\nrelocatable = false\ntrusted = true\n`);
	writeFileSync(script, sql);
	return () => {
		for (const path of [control, script]) rmSync(path, { force: true });
	};
}
