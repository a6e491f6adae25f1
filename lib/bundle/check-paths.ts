import type { Finding } from '#lib/domain/finding.ts';
import { MANIFEST_NAME, type Manifest } from '#lib/domain/manifest.ts';
import { findingAbout } from './finding-at.ts';
import { isSqlPath } from './path-order.ts';
import type { ReadManifest } from './read-manifest.ts';

const MAX_PATH_CHARACTERS = 500;
/** biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for */
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/;
const instead = 'Name files by their path inside the bundle, with forward slashes, such as migrations/001_tables.sql.';

/** Paths stay inside the bundle and mean the same on every file system. Odd but harmless names are nobody's business. */
export function checkPaths(paths: string[]): Finding[] {
	const findings = paths.flatMap((path) => {
		const wrong = wrongWith(path);
		return wrong ? [findingAbout(path, { code: 'path', message: `this path ${wrong}`, instead })] : [];
	});
	return [...findings, ...duplicates(paths)];
}

function wrongWith(path: string): string | null {
	if (path === '') return 'is empty';
	if ([...path].length > MAX_PATH_CHARACTERS) return `is longer than ${MAX_PATH_CHARACTERS} characters`;
	if (CONTROL.test(path)) return 'holds a control character';
	if (!path.isWellFormed()) return 'is not valid Unicode';
	if (path.includes('\\')) return 'holds a backslash';
	if (path.startsWith('/') || /^[A-Za-z]:/.test(path)) return 'is absolute';
	if (path.startsWith('~')) return 'begins with ~, which means a home directory';
	const segments = path.split('/');
	if (segments.includes('..')) return 'leaves the bundle with ..';
	if (segments.some((segment) => segment === '' || segment === '.')) return 'has an empty segment or a single dot';
	return null;
}

function duplicates(paths: string[]): Finding[] {
	const seen = new Map<string, string>();
	return paths.flatMap((path) => {
		const folded = path.normalize('NFC').toLowerCase();
		const first = seen.get(folded);
		if (first === undefined) seen.set(folded, path);
		if (first === undefined) return [];
		const message = first === path ? 'two files have this path' : `this path differs from ${first} only in case or Unicode form`;
		return [
			findingAbout(path, {
				code: 'duplicate_path',
				message,
				instead: 'Give one of the two another name: on some file systems they are the same file.',
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
							'Add the file, or take its name out of the manifest. Case and spaces count, and hidden files of a folder are left out.',
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
	const message = isSqlPath(path) ? `the manifest does not name ${path}` : `${path} is not SQL that the manifest names`;
	return findingAbout(path, {
		code: 'file_not_named',
		message,
		instead: `Name it in ${MANIFEST_NAME} under its phase, or leave it out of the bundle.`,
	});
}
