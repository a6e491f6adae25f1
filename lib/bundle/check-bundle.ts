import type { Finding } from '#lib/domain/bundle/finding.ts';
import { MANIFEST_NAME, MAX_BUNDLE_BYTES, MAX_FILES, MAX_STATEMENTS } from '#lib/domain/bundle/limits.ts';
import type { BundleFile, Manifest } from '#lib/domain/bundle/manifest.ts';
import { countWords } from '#lib/domain/wording/count-words.ts';
import { cutPieces } from '#lib/sql/cut-pieces.ts';
import { checkFile, type OnParsed } from './check-file.ts';
import { checkOrder, checkPaths } from './check-paths.ts';
import { checkQueries } from './check-queries.ts';
import { type NewEnumValues, newEnumValues } from './enums/new-enum-values.ts';
import { findingAbout } from './finding-at.ts';
import { isLeftOut } from './left-out.ts';
import { olderGrammarFindings, type ReadByUs } from './older-grammar.ts';
import { comparePaths, isArchivePath, isSqlPath } from './path-order.ts';
import { readManifest } from './read-manifest.ts';
import type { TargetGrammar } from './rules/unread-statement.ts';

export type FiledFile = { path: string; bytes: Buffer };
export type CheckedBundle = {
	manifest: Manifest | null;
	/** In the order of execution; empty when the manifest cannot be read. */
	files: BundleFile[];
	statementCount: number;
	/** All findings, in the order of the files. Empty: the bundle may be filed. */
	findings: Finding[];
};

/** More than anybody reads; the rest shows after these are corrected. */
const MAX_FINDINGS = 1_000;

/** Checks a bundle as filed: sizes, paths, manifest, every statement. Returns all findings at once and never throws one. */
export async function checkBundle(filed: {
	files: FiledFile[];
	manifest: Buffer;
	/** Asked about statements that our own parser cannot read. Without it they are syntax errors. */
	grammar?: TargetGrammar;
	/** Gets every statement that our parser has read, in the order of execution. What it gathers counts only where nothing blocks. */
	onParsed?: OnParsed;
	/** Whether a finding that only the target could make sure of is said without asking it; by default it is. */
	saysDoubts?: boolean;
	/** Ends the check between two statements, with its reason thrown. */
	signal?: AbortSignal;
}): Promise<CheckedBundle> {
	const manifestBytes = filed.manifest;
	const files = filed.files.filter((file) => !isLeftOut(file.path));
	const unfit = checkSize(files) ?? checkEmpty(files.map((file) => file.path));
	if (unfit) return { manifest: null, files: [], statementCount: 0, findings: [unfit] };
	const { manifest, findings: manifestFindings, objectTo } = readManifest(manifestBytes);
	const paths = files.map((file) => file.path);
	const findings = [...checkPaths(paths), ...manifestFindings];
	const readByUs: ReadByUs[] = [];
	const onRead = (one: ReadByUs) => void readByUs.push(one);
	if (manifest) findings.push(...checkOrder(manifest, paths, objectTo), ...(await checkQueries(manifest, { objectTo, onRead })));
	const ordered = manifest ? inOrder(manifest, files) : [];
	const read = manifest ? ordered : files.filter((file) => isSqlPath(file.path)).sort((a, b) => comparePaths(a.path, b.path));
	const enums = newEnumValues();
	const statements = await checkStatements(read, MAX_FINDINGS - Math.min(findings.length, MAX_FINDINGS - 1), {
		grammar: filed.grammar,
		enums,
		signal: filed.signal,
		onRead,
		onParsed: filed.onParsed,
	});
	const found = [...findings, ...statements.findings];
	if (filed.grammar) found.push(...(await askOlder(readByUs, filed.grammar, found.length)));
	found.push(...(await askEnums(enums, filed, found.length)));
	const all = sorted(found.length > 0 ? found : checkStatementless(statements.count), read);
	return { manifest, files: ordered, statementCount: statements.count, findings: all.length > MAX_FINDINGS ? cut(all) : all };
}

/** A target that does not answer is told when there is nothing else to put right: what is wrong already stands without it. */
async function askOlder(readByUs: ReadByUs[], grammar: TargetGrammar, found: number): Promise<Finding[]> {
	return olderGrammarFindings(readByUs, grammar, MAX_FINDINGS).catch((error: Error) => {
		if (found === 0) throw error;
		return [];
	});
}

type Doubts = { grammar?: TargetGrammar; saysDoubts?: boolean };

/** Without the target's answer what cannot be known may be a use. */
async function askEnums(enums: NewEnumValues, { grammar, saysDoubts = true }: Doubts, found: number): Promise<Finding[]> {
	return enums.findings(grammar?.types ?? null, { saysDoubts }).catch((error: Error) => {
		if (found === 0) throw error;
		return [];
	});
}

function checkSize(files: FiledFile[]): Finding | null {
	const code = 'bundle_too_large';
	const bytes = files.reduce((sum, file) => sum + file.bytes.length, 0);
	if (files.length > MAX_FILES) {
		const message = `the bundle has ${countWords(files.length, 'file')} (limit: ${countWords(MAX_FILES, 'file')})`;
		return findingAbout(null, { code, message, instead: 'File it as several changes, or join small files.' });
	}
	if (bytes <= MAX_BUNDLE_BYTES) return null;
	const message = `the bundle has ${countWords(bytes, 'byte')} (limit: ${countWords(MAX_BUNDLE_BYTES, 'byte')})`;
	return findingAbout(null, {
		code,
		message,
		instead: 'File it as several changes. Load large data beforehand, into separate tables.',
	});
}

function checkEmpty(paths: string[]): Finding | null {
	if (paths.some(isSqlPath)) return null;
	const archive = paths.find(isArchivePath);
	const message = archive ? `the bundle has no .sql file, only ${archive}` : 'the bundle has no .sql file';
	const instead = archive ? `Unpack ${archive} and file the folder.` : 'Add the files to run.';
	return findingAbout(null, { code: 'no_files', message, instead });
}

/** A bundle that does nothing would be signed, backed up and reported as a success. */
function checkStatementless(count: number): Finding[] {
	if (count > 0) return [];
	const message = 'the bundle has no statement, only comments and white space';
	return [findingAbout(null, { code: 'no_statements', message, instead: 'Add the statements to run, or remove the comment marks.' })];
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

/** What is wrong with some files by themselves, each apart from the bundle around it: quickly, for whoever is writing them. */
export async function checkFilesAlone(files: FiledFile[], signal: AbortSignal): Promise<Finding[]> {
	const { findings } = await checkStatements(files, MAX_FINDINGS, {
		grammar: undefined,
		enums: newEnumValues(),
		signal,
		onRead: () => undefined,
		onParsed: undefined,
	});
	return findings;
}

async function checkStatements(
	files: FiledFile[],
	mostFindings: number,
	with_: {
		grammar: TargetGrammar | undefined;
		enums: NewEnumValues;
		signal: AbortSignal | undefined;
		onRead: (one: ReadByUs) => void;
		onParsed: OnParsed | undefined;
	},
): Promise<{ count: number; findings: Finding[] }> {
	const findings: Finding[] = [];
	let count = 0;
	for (const { path, bytes } of files) {
		const left = { mostStatements: MAX_STATEMENTS - count, mostFindings: mostFindings - findings.length };
		const checked = await checkFile({ path, bytes, ...with_, ...left });
		count += checked.statementCount;
		findings.push(...checked.findings);
		if (count > MAX_STATEMENTS) return { count, findings: [tooManyStatements(files)] };
		if (findings.length >= mostFindings) break;
	}
	return { count, findings };
}

/** Counted without parsing: the limit protects the parser. */
function tooManyStatements(files: FiledFile[]): Finding {
	let count = 0;
	for (const { bytes } of files) for (const piece of cutPieces(bytes)) if (piece.tokens > 0) count++;
	return findingAbout(null, {
		code: 'too_many_statements',
		message: `the bundle has ${countWords(count, 'statement')} (limit: ${countWords(MAX_STATEMENTS, 'statement')})`,
		instead: 'File it as several changes, or write rows as INSERT with many VALUES each.',
	});
}

/** Findings about the bundle come first, then the manifest, then the files in the order of execution, then other files. */
function sorted(findings: Finding[], files: FiledFile[]): Finding[] {
	const position = new Map(files.map((file, index) => [file.path, index]));
	const rank = ({ file }: Finding) => (file === null ? -2 : file === MANIFEST_NAME ? -1 : (position.get(file) ?? files.length));
	return findings.sort((a, b) => rank(a) - rank(b) || (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0));
}

function cut(findings: Finding[]): Finding[] {
	const more = findingAbout(null, {
		code: 'too_many_findings',
		message: `there are more than ${countWords(MAX_FINDINGS, 'finding')}; only the first are shown`,
		instead: 'Correct these and file again.',
	});
	return [...findings.slice(0, MAX_FINDINGS), more];
}
