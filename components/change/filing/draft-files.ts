import type { DraftBasis, DraftText, KeptFile } from '#lib/domain/draft.ts';
import type { ChosenFile } from './files/chosen-files.ts';

/** What the page has in front of it. */
export type Drafted = { basis: DraftBasis; text: DraftText; files: ChosenFile[] };

/** The draft and its files for a server action: by name what the server holds, with their bytes the others. */
export function sentDraft({ basis, files }: Pick<Drafted, 'basis' | 'files'>): FormData {
	const sent = new FormData();
	const kept: KeptFile[] = [];
	for (const { path, storedAt, file } of files) {
		if (storedAt !== null) kept.push({ path, storedAt });
		else if (file !== null) appendFile(sent, path, file);
	}
	sent.append('draft', JSON.stringify(basis));
	sent.append('kept', JSON.stringify(kept));
	return sent;
}

/** A file of a form: its path comes separately, because a file name in a form loses its folder. */
function appendFile(sent: FormData, path: string, file: Blob): void {
	sent.append('path', path);
	sent.append('file', file, 'file');
}

/** After a save: what was sent is held now, unless another file has taken its path meanwhile. */
export function markStored(files: ChosenFile[], sent: ChosenFile[], version: number): ChosenFile[] {
	return files.map((file) => (file.storedAt === null && sent.includes(file) ? { ...file, storedAt: version } : file));
}

/** The console's bytes of a file are here now: what is saved is the same. A file that has changed meanwhile stays as it is. */
export function withLoaded(files: ChosenFile[], { path, storedAt }: ChosenFile, file: File): ChosenFile[] {
	return files.map((one) => (one.path === path && one.storedAt === storedAt && one.file === null ? { ...one, file } : one));
}

/** Before a save over another draft: what this page has the bytes of is sent again, whatever the other draft holds under its path. */
export function sendAgain(files: ChosenFile[]): ChosenFile[] {
	return files.map((file) => (file.file === null ? file : { ...file, storedAt: null }));
}
