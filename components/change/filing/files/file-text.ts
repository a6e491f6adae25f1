/** A larger file is not typed by anybody, and each save sends the whole of it: it is chosen again when it must change. */
export const MAX_EDITED_BYTES = 1024 * 1024;

export type FileText = { kind: 'text'; text: string } | { kind: 'too_large' } | { kind: 'not_text' };

/** The text of files that were typed or read here. */
const known = new WeakMap<Blob, FileText>();

/** What somebody typed, as a file. */
export function fileOfText(text: string): File {
	const file = new File([text], 'file');
	known.set(file, { kind: 'text', text });
	return file;
}

/** The text of a file, when this page knows it already. */
export function knownText(file: Blob): FileText | undefined {
	return known.get(file);
}

/** Reads a file as UTF-8, to the byte: anything else is no text that could be written back as it was. */
export async function readFileText(file: Blob): Promise<FileText> {
	const found = known.get(file) ?? (file.size > MAX_EDITED_BYTES ? ({ kind: 'too_large' } as const) : decoded(await file.arrayBuffer()));
	known.set(file, found);
	return found;
}

function decoded(bytes: ArrayBuffer): FileText {
	try {
		return { kind: 'text', text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) };
	} catch {
		return { kind: 'not_text' };
	}
}
