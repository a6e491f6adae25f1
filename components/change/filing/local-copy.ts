import { z } from 'zod';
import { draftBasisSchema, draftPathSchema, draftTextSchema } from '#lib/domain/draft.ts';
import type { Drafted } from './draft-files.ts';
import { fileOfText, knownText } from './files/file-text.ts';

/** A file by name, as the console has it; or, with its text, as it was written here. */
const fileSchema = z.object({
	path: draftPathSchema,
	size: z.int().min(0),
	storedAt: z.int().min(0).nullable(),
	text: z.string().nullable(),
});
const schema = z.object({ basis: draftBasisSchema, text: draftTextSchema, files: z.array(fileSchema).optional() });

/**
 * What this browser keeps under that key; null when it is nothing, or nothing that this page wrote. `files` is missing when they did not
 * fit, and then those of the saved draft stand.
 */
export function readLocalCopy(key: string): Partial<Drafted> | null {
	try {
		const { data } = schema.safeParse(JSON.parse(localStorage.getItem(key) ?? 'null'));
		if (!data) return null;
		const { files, ...copy } = data;
		if (!files) return copy;
		const kept = files.filter((file) => file.storedAt !== null || file.text !== null);
		return { ...copy, files: kept.map(({ text, ...file }) => ({ ...file, file: text === null ? null : fileOfText(text) })) };
	} catch {
		return null;
	}
}

/**
 * Keeps what is written until the console has it: when a page is left at once, the session has ended, or the console does not answer.
 * Returns whether all of it is kept: the bytes of files that were only chosen are not.
 */
export function writeLocalCopy(key: string, { basis, text, files }: Drafted): boolean {
	const kept = files.map(({ path, size, storedAt, file }) => {
		const known = file && storedAt === null ? knownText(file) : undefined;
		return { path, size, storedAt, text: known?.kind === 'text' ? known.text : null };
	});
	if (write(key, { basis, text, files: kept })) return kept.every((file) => file.storedAt !== null || file.text !== null);
	// The texts of the files may be more than the browser's storage takes; the rest is small.
	write(key, { basis, text });
	return kept.every((file) => file.storedAt !== null);
}

function write(key: string, copy: unknown): boolean {
	try {
		localStorage.setItem(key, JSON.stringify(copy));
		return true;
	} catch {
		// The browser's storage is full or closed: the page still has it.
		return false;
	}
}

export function forgetLocalCopy(key: string): void {
	try {
		localStorage.removeItem(key);
	} catch {
		// Closed storage holds nothing either.
	}
}
