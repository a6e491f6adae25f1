'use client';

import { useEffect, useRef, useState } from 'react';
import type { DraftBasis, Revised } from '#lib/domain/draft.ts';
import type { ChosenFile } from './chosen-files.ts';
import { type FileText, knownText, MAX_EDITED_BYTES, readFileText } from './file-text.ts';

export type OpenedText = FileText | { kind: 'loading' } | { kind: 'lost'; why: string };
/** Where the console keeps the files of this form. */
export type Kept = { basis: DraftBasis; revises: Revised | null };

/** The text of a file of the form. What only the console has is read from there, once. */
export function useFileText(chosen: ChosenFile, kept: Kept, onLoaded: (chosen: ChosenFile, file: File) => void) {
	const { file, path, size, storedAt } = chosen;
	const [found, setFound] = useState<{ of: Blob | null; at: string; text: OpenedText } | null>(null);
	const [attempt, setAttempt] = useState(0);
	const given = useRef({ chosen, kept, onLoaded });
	given.current = { chosen, kept, onLoaded };
	const at = `${path} ${storedAt}`;
	const isKnown = file !== null && knownText(file) !== undefined;

	// biome-ignore lint/correctness/useExhaustiveDependencies: another attempt reads again
	useEffect(() => {
		if (isKnown) return;
		let isGone = false;
		const show = (text: OpenedText) => !isGone && setFound({ of: file, at, text });
		if (file) {
			readFileText(file).then(show, () => show({ kind: 'lost', why: 'This browser cannot read the file any more. Choose it again.' }));
		} else if (size > MAX_EDITED_BYTES) show({ kind: 'too_large' });
		else {
			loadKept(given.current.chosen, given.current.kept).then(
				(loaded) => !isGone && given.current.onLoaded(given.current.chosen, loaded),
				(error: Error) => show({ kind: 'lost', why: error.message }),
			);
		}
		return () => {
			isGone = true;
		};
	}, [file, at, size, isKnown, attempt]);

	const now: OpenedText | undefined = file ? knownText(file) : undefined;
	const text = now ?? (found?.of === file && found.at === at ? found.text : { kind: 'loading' as const });
	return { text, again: () => setAttempt((before) => before + 1) };
}

/** The bytes of a file that only the console has. Throws an Error that says why there are none. */
export async function loadKept({ path, storedAt }: ChosenFile, { basis, revises }: Kept): Promise<File> {
	const ask = JSON.stringify({ draft: basis, file: { path, storedAt }, revises });
	const answer = await fetch(`/api/drafts/file?${new URLSearchParams({ ask })}`).catch(() => null);
	if (!answer) throw new Error('The console did not answer.');
	if (!answer.ok) throw new Error(await refusedBecause(answer));
	const file = new File([await answer.blob()], 'file');
	// So that the page has its text from the first moment on.
	await readFileText(file);
	return file;
}

/** What the console said against a request. */
export async function refusedBecause(answer: Response): Promise<string> {
	const said: { message?: unknown } = await answer.json().catch(() => ({}));
	return typeof said.message === 'string' ? said.message : `The console answered ${answer.status}.`;
}
