import { RISKS } from '#lib/domain/change.ts';
import type { DraftText } from '#lib/domain/draft.ts';
import type { Drafted } from './draft-files.ts';
import { fileOfText, knownText } from './files/file-text.ts';

/** A file by name, as the console has it; or, with its text, as it was written here. */
type KeptHere = { path: string; size: number; storedAt: number | null; text: string | null };
type LocalCopy = { basis: Drafted['basis']; text: DraftText; files?: KeptHere[] };

/**
 * What this browser keeps under that key; null when it is nothing, or nothing that this page wrote. `files` is missing when they did not
 * fit, and then those of the saved draft stand.
 */
export function readLocalCopy(key: string): Partial<Drafted> | null {
	try {
		const { basis, text, files } = JSON.parse(localStorage.getItem(key) ?? '{}') as Partial<LocalCopy>;
		if (!isBasis(basis) || !isDraftText(text) || (files !== undefined && !files.every(isKeptHere))) return null;
		const copy = { basis, text };
		if (!files) return copy;
		const kept = files.filter((file) => file.storedAt !== null || file.text !== null);
		return { ...copy, files: kept.map(({ text, ...file }) => ({ ...file, file: text === null ? null : fileOfText(text) })) };
	} catch {
		return null;
	}
}

// By hand: the library that checks shapes on the server would be the heaviest part of the page. What is saved is checked there again.
const isCount = (value: unknown): value is number => Number.isInteger(value) && (value as number) >= 0;
const isText = (value: unknown): value is string => typeof value === 'string';

function isBasis(basis: Partial<Drafted['basis']> | undefined): basis is Drafted['basis'] {
	return isText(basis?.id) && isCount(basis.version);
}

function isDraftText(text: Partial<DraftText> | undefined): text is DraftText {
	if (!text) return false;
	const { target, title, reason, whyNotStaging, risk, responders, manifest } = text;
	return (
		[target, title, reason, whyNotStaging].every(isText) &&
		['', ...RISKS].some((one) => one === risk) &&
		Array.isArray(responders) &&
		responders.every(isText) &&
		(manifest === null || isText(manifest))
	);
}

function isKeptHere({ path, size, storedAt, text }: Partial<KeptHere>): boolean {
	return isText(path) && path !== '' && isCount(size) && (storedAt === null || isCount(storedAt)) && (text === null || isText(text));
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
