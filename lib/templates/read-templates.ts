import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { checkOrder, checkPaths } from '#lib/bundle/check-paths.ts';
import { type ReadFolder, readFolder } from '#lib/bundle/read-folder.ts';
import { readManifest } from '#lib/bundle/read-manifest.ts';
import { MAX_BUNDLE_BYTES } from '#lib/domain/bundle/limits.ts';
import { countWords } from '#lib/domain/wording/count-words.ts';
import { Refusal } from '#lib/errors.ts';

/** `description` is the first line of its README; empty where there is none. */
export type Template = { name: string; description: string };
/** A sub-folder that is not offered, or the folder of all when it cannot be read, and why. */
export type WrongTemplate = { name: string; why: string };

const MAX_TEMPLATES = 50;
const NAME = /^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,99}$/u;
const README = /^readme(\.(md|txt))?$/i;
const README_BYTES = 4_096;
const DESCRIPTION_CHARACTERS = 200;

/**
 * The bundles that the deployer has put into a folder, one a sub-folder, as they are now. One that could not be filed as it is, is not
 * offered. Only paths and manifest are checked here: the SQL is when a change is filed. Reads at most a bundle's bytes, and one bundle more.
 */
export async function readTemplates(folder: string): Promise<{ templates: Template[]; wrong: WrongTemplate[] }> {
	const templates: Template[] = [];
	const wrong: WrongTemplate[] = [];
	let names: string[];
	try {
		names = await namesIn(folder);
	} catch (error) {
		return { templates, wrong: [{ name: folder, why: whyOf(error) }] };
	}
	if (names.length > MAX_TEMPLATES)
		wrong.push({ name: folder, why: `It has ${countWords(names.length, 'sub-folder')}; only the first ${MAX_TEMPLATES} are read.` });
	let left = MAX_BUNDLE_BYTES;
	for (const name of names.slice(0, MAX_TEMPLATES)) {
		try {
			if (!NAME.test(name)) throw new Refusal('invalid', 'Its name is not made of letters, digits, spaces, dots, hyphens and underscores.');
			if (left < 0)
				throw new Refusal('too_large', `The templates before it have more than ${countWords(MAX_BUNDLE_BYTES, 'byte')} together.`);
			const { files } = await readChecked(join(folder, name));
			left -= files.reduce((sum, { bytes }) => sum + bytes.length, 0);
			templates.push({ name, description: await descriptionOf(join(folder, name)) });
		} catch (error) {
			wrong.push({ name, why: whyOf(error) });
		}
	}
	return { templates, wrong };
}

/** One of them by its name. Throws a Refusal where it is not there, or not offered. */
export async function readTemplate(folder: string, name: string): Promise<ReadFolder> {
	// The name comes from a browser: it is compared with what is there, and never leads anywhere else.
	const names = await namesIn(folder).catch((): string[] => []);
	if (!names.includes(name))
		throw new Refusal('not_found', `There is no template ${name} any more. Reload the page to see which there are.`);
	return readChecked(join(folder, name));
}

async function namesIn(folder: string): Promise<string[]> {
	const entries = await readdir(folder, { withFileTypes: true });
	return entries
		.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
		.map((entry) => entry.name)
		.sort();
}

async function readChecked(path: string): Promise<ReadFolder> {
	const bundle = await readFolder(path);
	const paths = bundle.files.map((file) => file.path);
	const { manifest, findings, objectTo } = bundle.manifest
		? readManifest(bundle.manifest)
		: { manifest: null, findings: [], objectTo: null };
	const all = [...checkPaths(paths), ...findings, ...(manifest && objectTo ? checkOrder(manifest, paths, objectTo) : [])];
	const first = all.find(({ severity }) => severity === 'blocks');
	if (first) throw new Refusal('invalid', `${first.file}: ${first.message}. ${first.instead}`);
	return bundle;
}

/** The first line of the README that says something, without what Markdown puts before a heading. */
async function descriptionOf(path: string): Promise<string> {
	const entries = await readdir(path, { withFileTypes: true });
	const [name] = entries
		.filter((entry) => entry.isFile() && README.test(entry.name))
		.map((entry) => entry.name)
		.sort();
	if (name === undefined) return '';
	await using file = await open(join(path, name), 'r');
	const { buffer, bytesRead } = await file.read(Buffer.alloc(README_BYTES), 0, README_BYTES, 0);
	const lines = buffer
		.toString('utf8', 0, bytesRead)
		.split('\n')
		.map((line) =>
			line
				.replace(/[\p{C}\s]+/gu, ' ')
				.replace(/^ ?#+ /, '')
				.trim(),
		);
	return [...(lines.find((line) => line !== '') ?? '')].slice(0, DESCRIPTION_CHARACTERS).join('');
}

function whyOf(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}
