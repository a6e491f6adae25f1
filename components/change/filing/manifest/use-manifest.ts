'use client';

import { useRef, useState } from 'react';

type Input = {
	/** What the requester wrote or chose; null: the default manifest is used. */
	written: string | null;
	/** The default manifest; null while there are no files. */
	made: string | null;
	/** What it was when the form was opened. */
	initial: string | null;
	onWrite: (manifest: string | null) => void;
};

/** What the files of a bundle do to its manifest. */
export type ManifestEdits = {
	/** What follows from a change of the files, such as a new name. The default manifest follows them by itself. */
	follow: (edit: (text: string) => string) => void;
	/** What somebody orders by hand: from then on the manifest is a written one. */
	order: (edit: (text: string) => string) => void;
	/** The text now; null while the default manifest is used. */
	now: () => string | null;
};

/** Keeps what somebody typed into the manifest: a folder's own manifest is then offered, it does not replace the text. */
export function useManifest(input: Input) {
	const given = useRef(input);
	given.current = input;
	const { written, initial } = input;
	const [asChosen, setAsChosen] = useState(initial);
	const [offered, setOffered] = useState<string | null>(null);
	const isTyped = written !== null && written !== asChosen;

	function use(found: string) {
		setAsChosen(found);
		setOffered(null);
		input.onWrite(found);
	}
	function take(found: string) {
		if (isTyped && written !== found) setOffered(found);
		else use(found);
	}
	const edits: ManifestEdits = {
		follow: (edit) => {
			const { written: text, onWrite } = given.current;
			if (text === null) return;
			const next = edit(text);
			if (!isTyped) setAsChosen(next);
			if (next !== text) onWrite(next);
		},
		order: (edit) => {
			const { written: text, made, onWrite } = given.current;
			const before = text ?? made;
			if (before !== null) onWrite(edit(before));
		},
		now: () => given.current.written,
	};
	return { offered, take, use, edits };
}
