import { type Document, isMap, isNode, isScalar, type Node, parseDocument } from 'yaml';
import type { z } from 'zod';
import type { Finding } from '#lib/domain/bundle/finding.ts';
import { MANIFEST_NAME, MAX_MANIFEST_BYTES } from '#lib/domain/bundle/limits.ts';
import { type Manifest, manifestSchema } from '#lib/domain/bundle/manifest.ts';
import { countWords } from '#lib/domain/wording/count-words.ts';
import { lineIndex } from '#lib/sql/line-index.ts';
import { findingAbout, findingAt } from './finding-at.ts';
import { BYTE_RULES } from './rules/index.ts';
import type { Objection } from './rules/rule.ts';

export type ManifestPath = readonly PropertyKey[];
export type ReadManifest = {
	/** Null when the bytes are not a valid manifest. */
	manifest: Manifest | null;
	findings: Finding[];
	/** Adds a finding about the value at that path of the manifest. */
	objectTo: (path: ManifestPath, objection: Objection) => Finding;
};

/** How often an anchor may be used. A manifest needs hardly any; a "billion laughs" attack needs millions. */
const MAX_ALIASES = 100;
/** In broken YAML the first errors are the real ones; the others follow from them. */
const MAX_YAML_ERRORS = 20;
const code = 'invalid_manifest';

/** Reads a manifest as filed. Every problem becomes a finding at the place of its value. */
export function readManifest(bytes: Buffer): ReadManifest {
	const nowhere = (_: ManifestPath, objection: Objection) => findingAbout(MANIFEST_NAME, objection);
	if (bytes.length > MAX_MANIFEST_BYTES) return { manifest: null, findings: [tooLarge(bytes.length)], objectTo: nowhere };
	const lines = lineIndex(bytes);
	const atByte = (byteOffset: number, objection: Objection) => findingAt({ file: MANIFEST_NAME, lines, byteOffset }, objection);
	const unreadable = BYTE_RULES.flatMap((rule) => rule(bytes) ?? []);
	if (unreadable.length > 0) return { manifest: null, findings: unreadable.map((found) => atByte(found.offset, found)), objectTo: nowhere };

	const text = bytes.toString('utf8');
	const at = (offset: number, objection: Objection) => atByte(Buffer.byteLength(text.slice(0, offset)), objection);
	let document: Document.Parsed;
	let value: unknown;
	try {
		document = parseDocument(text, { uniqueKeys: true, prettyErrors: false, stringKeys: true });
		const problems = [...document.errors, ...document.warnings].slice(0, MAX_YAML_ERRORS);
		if (problems.length > 0)
			return { manifest: null, findings: problems.map((problem) => at(problem.pos[0], yamlObjection(problem.message))), objectTo: nowhere };
		value = document.toJS({ maxAliasCount: MAX_ALIASES });
	} catch (error) {
		// The parser throws on too many aliases, and on very deep nesting because the stack is exhausted.
		return { manifest: null, findings: [findingAbout(MANIFEST_NAME, yamlObjection((error as Error).message))], objectTo: nowhere };
	}
	const objectTo = (path: ManifestPath, objection: Objection) => at(offsetOf(document, path), objection);
	const parsed = manifestSchema.safeParse(value);
	if (parsed.success) return { manifest: parsed.data, findings: [], objectTo };
	return { manifest: null, findings: parsed.error.issues.flatMap((issue) => issueFindings(issue, objectTo)), objectTo };
}

function tooLarge(bytes: number): Finding {
	return findingAbout(MANIFEST_NAME, {
		code: 'manifest_too_large',
		message: `the manifest has ${countWords(bytes, 'byte')} (limit: ${countWords(MAX_MANIFEST_BYTES, 'byte')})`,
		instead: 'Shorten it: move SQL into files, and keep the checks to a few statements.',
	});
}

function yamlObjection(message: string): Objection {
	return { code, message: `not valid YAML: ${message}`, instead: 'Correct the YAML. docs/formats.md shows a complete manifest.' };
}

function issueFindings(issue: z.core.$ZodIssue, objectTo: ReadManifest['objectTo']): Finding[] {
	const where = issue.path.map(String).join('.') || 'the manifest';
	if (issue.code === 'unrecognized_keys') {
		return issue.keys.map((key) =>
			objectTo([...issue.path, key], {
				code,
				message: `${where}: ${key} is not a field here`,
				instead: 'Remove it, or correct its name. docs/formats.md lists the fields.',
			}),
		);
	}
	if (issue.code === 'invalid_union') {
		const choices = issue.errors.map((errors) => errors.map((error) => [...error.path.map(String), error.message].join(' ')).join(', '));
		return [
			objectTo(issue.path, {
				code,
				message: `${where}: matches none of the allowed forms`,
				instead: `Write one of them: ${[...new Set(choices)].join('; or ')}`,
			}),
		];
	}
	return [
		objectTo(issue.path, {
			code,
			message: `${where}: ${issue.message}`,
			instead: 'Correct the value. docs/formats.md describes each field.',
		}),
	];
}

/** The place of the value at the path; for an unknown field, of its name; for a missing one, of its parent. */
function offsetOf(document: Document.Parsed, path: ManifestPath): number {
	for (let length = path.length; length > 0; length--) {
		const parent = document.getIn(path.slice(0, length - 1), true);
		const key = path[length - 1];
		if (isMap(parent)) {
			const pair = parent.items.find((item) => isScalar(item.key) && item.key.value === key);
			const start = startOf(pair?.value) ?? startOf(pair?.key);
			if (start !== null) return start;
		}
		const start = startOf(document.getIn(path.slice(0, length), true));
		if (start !== null) return start;
	}
	return startOf(document.contents) ?? 0;
}

function startOf(node: unknown): number | null {
	return isNode(node) ? ((node as Node).range?.[0] ?? null) : null;
}
