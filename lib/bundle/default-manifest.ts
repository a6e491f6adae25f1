import { stringify } from 'yaml';
import { comparePaths, isSqlPath } from './path-order.ts';

/** The manifest of a bundle that has none: all its .sql files in path order, in one phase named `all`. */
export function defaultManifest(paths: string[]): Buffer {
	const files = paths.filter(isSqlPath).sort(comparePaths);
	return Buffer.from(stringify({ version: 1, phases: [{ name: 'all', files }] }, { lineWidth: 0 }), 'utf8');
}
