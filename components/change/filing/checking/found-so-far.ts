import { type Finding, findingName, REVIEW_CODES } from '#lib/domain/bundle/finding.ts';
import type { CheckAnswer, CheckedPart } from '#lib/domain/draft.ts';
import type { ChosenFile } from '../files/chosen-files.ts';

/** What is checked. */
export type Written = { files: ChosenFile[]; manifest: string; target: string };

/** Whether two files are the same text under the same path: a save and a first look at a file change neither. */
export function isSameFile(a: ChosenFile, b: ChosenFile): boolean {
	if (a.path !== b.path || a.size !== b.size) return false;
	return a.file !== null && b.file !== null ? a.file === b.file : a.storedAt === b.storedAt;
}

/** The files that are not in `before` as they are now. */
export function changedPaths(before: ChosenFile[], now: ChosenFile[]): string[] {
	const byPath = new Map(before.map((file) => [file.path, file]));
	return now.filter((file) => !isSameFile(file, byPath.get(file.path) ?? { ...file, size: -1 })).map(({ path }) => path);
}

export function isSameWritten(a: Written, b: Written): boolean {
	if (a.manifest !== b.manifest || a.target !== b.target || a.files.length !== b.files.length) return false;
	return a.files.every((file, index) => isSameFile(file, b.files[index] as ChosenFile));
}

/**
 * What is known after one more part of a check: about some files, or about everything. While the target is asked, what it said of the text of
 * before stays: it would only go and come again.
 */
export function withPart(before: Finding[], part: CheckedPart): Finding[] {
	const { paths, findings } = part;
	if (paths !== null) return [...before.filter(({ file }) => file === null || !paths.includes(file)), ...findings];
	if (part.catalog.state !== 'asking') return findings;
	const known = new Set(findings.map(findingName));
	return [...findings, ...before.filter((finding) => isReviewed(finding) && !known.has(findingName(finding)))];
}

function isReviewed({ code }: Finding): boolean {
	return code.startsWith('squawk_') || REVIEW_CODES.some((one) => one === code);
}

/** What filing found and the check while one writes does not find, whatever the words, as long as what it is about is as it was when it was filed. */
export function stillTold(told: { findings: Finding[]; of: Written } | null, now: Written, found: Finding[]): Finding[] {
	if (told === null) return [];
	const changed = new Set(changedPaths(told.of.files, now.files));
	const isSame = isSameWritten(told.of, now);
	const known = new Set(found.map(findingName));
	return told.findings.filter(
		(finding) => !known.has(findingName(finding)) && (isSame || (isAboutSql(finding, now) && !changed.has(finding.file ?? ''))),
	);
}

function isAboutSql({ file }: Finding, { files }: Written): boolean {
	return files.some(({ path }) => path === file);
}

/** The lines of an answer as they come. A last line that was cut off is no answer. */
export async function* answersIn(body: ReadableStream<Uint8Array>): AsyncGenerator<CheckAnswer> {
	let rest = '';
	for await (const chunk of body.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>)) {
		const lines = (rest + chunk).split('\n');
		rest = lines.pop() ?? '';
		for (const line of lines) yield JSON.parse(line) as CheckAnswer;
	}
}
