import type { Finding } from '#lib/domain/finding.ts';
import { type BundleFile, MANIFEST_NAME, MAX_BUNDLE_BYTES, MAX_STATEMENTS, type Manifest } from '#lib/domain/manifest.ts';
import { cutPieces } from '#lib/sql/cut-pieces.ts';
import { checkFile } from './check-file.ts';
import { checkOrder, checkPaths } from './check-paths.ts';
import { checkQueries } from './check-queries.ts';
import { findingAbout } from './finding-at.ts';
import { isLeftOut } from './left-out.ts';
import { comparePaths, isArchivePath, isSqlPath } from './path-order.ts';
import { readManifest } from './read-manifest.ts';
import { newEnumValue } from './rules/new-enum-value.ts';
import type { TargetGrammar } from './rules/unread-statement.ts';

export type FiledFile = { path: string; bytes: Buffer };
export type CheckedBundle = {
	manifest: Manifest | null;
	/** In the order in which they are applied; empty when the manifest cannot be read. */
	files: BundleFile[];
	statementCount: number;
	/** Everything that is wrong, in the order of the files. Empty means: it may be filed. */
	findings: Finding[];
};

export const MAX_FILES = 5_000;
/** More than anybody reads; the rest is found after these are put right. */
const MAX_FINDINGS = 1_000;

/** Checks a bundle as filed: sizes, paths, manifest, every statement. Gives all findings at once, and throws for none of them. */
export async function checkBundle(filed: {
	files: FiledFile[];
	manifest: Buffer;
	/** Asked about what our own parser cannot read; without it that is a syntax error. */
	grammar?: TargetGrammar;
}): Promise<CheckedBundle> {
	const manifestBytes = filed.manifest;
	const files = filed.files.filter((file) => !isLeftOut(file.path));
	const unfit = checkSize(files) ?? checkEmpty(files.map((file) => file.path));
	if (unfit) return { manifest: null, files: [], statementCount: 0, findings: [unfit] };
	const { manifest, findings: manifestFindings, objectTo } = readManifest(manifestBytes);
	const paths = files.map((file) => file.path);
	const findings = [...checkPaths(paths), ...manifestFindings];
	if (manifest) findings.push(...checkOrder(manifest, paths, objectTo), ...(await checkQueries(manifest, objectTo)));
	const ordered = manifest ? inOrder(manifest, files) : [];
	const read = manifest ? ordered : files.filter((file) => isSqlPath(file.path)).sort((a, b) => comparePaths(a.path, b.path));
	const statements = await checkStatements(read, MAX_FINDINGS - Math.min(findings.length, MAX_FINDINGS - 1), filed.grammar);
	const found = [...findings, ...statements.findings];
	const all = sorted(found.length > 0 ? found : checkStatementless(statements.count), read);
	return { manifest, files: ordered, statementCount: statements.count, findings: all.length > MAX_FINDINGS ? cut(all) : all };
}

function checkSize(files: FiledFile[]): Finding | null {
	const code = 'bundle_too_large';
	const bytes = files.reduce((sum, file) => sum + file.bytes.length, 0);
	if (files.length > MAX_FILES) {
		const message = `the bundle has ${number(files.length)} files; at most ${number(MAX_FILES)} are taken`;
		return findingAbout(null, { code, message, instead: 'File it as several changes, or join small files.' });
	}
	if (bytes <= MAX_BUNDLE_BYTES) return null;
	const message = `the bundle has ${number(bytes)} bytes; at most ${number(MAX_BUNDLE_BYTES)} are taken`;
	return findingAbout(null, {
		code,
		message,
		instead: 'File it as several changes. Large data is loaded beforehand, into tables of its own.',
	});
}

function checkEmpty(paths: string[]): Finding | null {
	if (paths.some(isSqlPath)) return null;
	const archive = paths.find(isArchivePath);
	const message = archive ? `the bundle has no .sql file, only ${archive}` : 'the bundle has no .sql file';
	const instead = archive ? `Unpack ${archive}, and file the folder that comes out of it.` : 'Add the files that are to be applied.';
	return findingAbout(null, { code: 'no_files', message, instead });
}

/** A bundle that does nothing would be signed, backed up and called a success. */
function checkStatementless(count: number): Finding[] {
	if (count > 0) return [];
	const message = 'the bundle has no statement: only comments and empty space';
	return [findingAbout(null, { code: 'no_statements', message, instead: 'Add what is to be run, or take the comment marks away.' })];
}

function inOrder(manifest: Manifest, files: FiledFile[]): BundleFile[] {
	const byPath = new Map(files.map((file) => [file.path, file.bytes]));
	const ordered = manifest.phases.flatMap((phase) =>
		phase.files.flatMap((path) => {
			const bytes = byPath.get(path);
			byPath.delete(path);
			return bytes ? [{ path, phase: phase.name, bytes }] : [];
		}),
	);
	return ordered;
}

async function checkStatements(
	files: FiledFile[],
	mostFindings: number,
	grammar: TargetGrammar | undefined,
): Promise<{ count: number; findings: Finding[] }> {
	const findings: Finding[] = [];
	let count = 0;
	const inOrder = newEnumValue();
	for (const { path, bytes } of files) {
		const left = { mostStatements: MAX_STATEMENTS - count, mostFindings: mostFindings - findings.length };
		const checked = await checkFile({ path, bytes, inOrder, grammar, ...left });
		count += checked.statementCount;
		findings.push(...checked.findings);
		if (count > MAX_STATEMENTS) return { count, findings: [tooManyStatements(files)] };
		if (findings.length >= mostFindings) break;
	}
	return { count, findings };
}

/** Counted without parsing: the limit is there so that nobody has to. */
function tooManyStatements(files: FiledFile[]): Finding {
	let count = 0;
	for (const { bytes } of files) for (const piece of cutPieces(bytes)) if (piece.tokens > 0) count++;
	return findingAbout(null, {
		code: 'too_many_statements',
		message: `the bundle has ${number(count)} statements; at most ${number(MAX_STATEMENTS)} are taken`,
		instead: 'File it as several changes, or write rows as INSERT with many VALUES each.',
	});
}

/** What is about the bundle comes first, then the manifest, then the files as they are applied, then files that are not. */
function sorted(findings: Finding[], files: FiledFile[]): Finding[] {
	const position = new Map(files.map((file, index) => [file.path, index]));
	const rank = ({ file }: Finding) => (file === null ? -2 : file === MANIFEST_NAME ? -1 : (position.get(file) ?? files.length));
	return findings.sort((a, b) => rank(a) - rank(b) || (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0));
}

function cut(findings: Finding[]): Finding[] {
	const more = findingAbout(null, {
		code: 'too_many_findings',
		message: `there are more than ${number(MAX_FINDINGS)} findings; the first are shown`,
		instead: 'Put these right and file again.',
	});
	return [...findings.slice(0, MAX_FINDINGS), more];
}

function number(n: number): string {
	return n.toLocaleString('en');
}
