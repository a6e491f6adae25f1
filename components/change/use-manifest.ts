'use client';

import { useState } from 'react';

type Input = {
	/** What the requester wrote or chose; null: the default one is used. */
	written: string | null;
	/** What it was when the form began. */
	initial: string | null;
	onWrite: (manifest: string | null) => void;
};

/** Keeps what somebody typed into the manifest: another one that comes with a folder is then offered, not put in its place. */
export function useManifest({ written, initial, onWrite }: Input) {
	const [asChosen, setAsChosen] = useState(initial);
	const [offered, setOffered] = useState<string | null>(null);
	const isTyped = written !== null && written !== asChosen;

	function use(found: string) {
		setAsChosen(found);
		setOffered(null);
		onWrite(found);
	}
	function take(found: string) {
		if (isTyped && written !== found) setOffered(found);
		else use(found);
	}
	return { offered, take, use };
}
