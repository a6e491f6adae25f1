import { foldedPath, wrongWithPath } from '#lib/domain/bundle/bundle-path.ts';
import type { Finding } from '#lib/domain/bundle/finding.ts';
import { MANIFEST_NAME } from '#lib/domain/bundle/limits.ts';
import type { Manifest } from '#lib/domain/bundle/manifest.ts';
import { findingAbout } from './finding-at.ts';
import { isSqlPath } from './path-order.ts';
import type { ReadManifest } from './read-manifest.ts';

const instead = 'Use the path inside the bundle, with forward slashes, such as migrations/001_tables.sql.';

/** Paths must stay inside the bundle and mean the same on every file system. Odd but harmless names are allowed. */
export function checkPaths(paths: string[]): Finding[] {
	const findings = paths.flatMap((path) => {
		const wrong = wrongWithPath(path);
		return wrong ? [findingAbout(path, { code: 'path', message: `this path ${wrong}`, instead })] : [];
	});
	return [...findings, ...duplicates(paths)];
}

function duplicates(paths: string[]): Finding[] {
	const seen = new Map<string, string>();
	return paths.flatMap((path) => {
		const folded = foldedPath(path);
		const first = seen.get(folded);
		if (first === undefined) seen.set(folded, path);
		if (first === undefined) return [];
		const message = first === path ? 'two files have this path' : `this path differs from ${first} only in case or Unicode form`;
		return [
			findingAbout(path, {
				code: 'duplicate_path',
				message,
				instead: 'Rename one of the two: on some file systems they are the same file.',
			}),
		];
	});
}

/** The manifest names every .sql file of the bundle exactly once, and nothing else. */
export function checkOrder(manifest: Manifest, paths: string[], objectTo: ReadManifest['objectTo']): Finding[] {
	const present = new Set(paths);
	const named = new Set<string>();
	const findings: Finding[] = [];
	for (const [p, phase] of manifest.phases.entries()) {
		for (const [f, file] of phase.files.entries()) {
			const at = ['phases', p, 'files', f];
			if (named.has(file)) {
				findings.push(
					objectTo(at, { code: 'file_named_twice', message: `${file} is named twice`, instead: 'Name it once: a file runs once.' }),
				);
			} else if (!present.has(file)) {
				findings.push(
					objectTo(at, {
						code: 'file_missing',
						message: `${file} is not in the bundle`,
						instead:
							'Add the file, or remove its name from the manifest. Case and spaces matter, and hidden files of a folder are ignored.',
					}),
				);
			}
			named.add(file);
		}
	}
	const unnamed = [...present].filter((path) => !named.has(path) && path !== MANIFEST_NAME);
	return [...findings, ...unnamed.map(unnamedFile)];
}

function unnamedFile(path: string): Finding {
	const message = isSqlPath(path) ? `the manifest does not name ${path}` : `${path} is not a SQL file of the manifest`;
	return findingAbout(path, {
		code: 'file_not_named',
		message,
		instead: `Name it in ${MANIFEST_NAME} under its phase, or remove it from the bundle.`,
	});
}
