'use client';

import { useState } from 'react';
import type { Finding } from '#lib/domain/bundle/finding.ts';
import { MANIFEST_NAME } from '#lib/domain/bundle/limits.ts';
import { countWords } from '#lib/domain/wording/count-words.ts';
import type { CodePlace } from '../code/code-editor.tsx';
import { isSameFile } from './checking/found-so-far.ts';
import { sendAgain } from './draft-files.ts';
import { type Chosen, type ChosenFile, withFiles } from './files/chosen-files.ts';
import { fileOfText } from './files/file-text.ts';
import { renamedPaths } from './files/tree-rows.ts';
import { someOf } from './files/undo-notice.tsx';
import { type Kept, loadKept } from './files/use-file-text.ts';
import { withFileMoved, withFilesAdded, withFilesInPhase, withFilesRemoved, withFilesRenamed } from './manifest/manifest-text.ts';
import type { ManifestEdits } from './manifest/use-manifest.ts';

/** What was done just now, and what may be done about it. */
export type Done = { words: string; label: string; act: (() => void) | null };
/** `found`: the manifest of a chosen folder. */
export type EditFiles = (edit: (files: ChosenFile[]) => ChosenFile[], found?: string | null) => void;

type Input = { files: ChosenFile[]; kept: Kept; editFiles: EditFiles; manifest: ManifestEdits };

/** What people do with the files of a bundle, and which of them is in the editor. The manifest follows. */
export function useBundle({ files, kept, editFiles, manifest }: Input) {
	const [opened, open] = useState<string | null>(null);
	const [goTo, setGoTo] = useState<{ file: string; place: CodePlace } | null>(null);
	const [leftOut, setLeftOut] = useState<string[]>([]);
	const [done, setDone] = useState<Done | null>(null);

	/** A file is shown, and the focus stays where it is. */
	function show(path: string) {
		setGoTo(null);
		open(path);
	}

	/** What only the console had is gone from the draft with its next save: only what is here can be put back. */
	function say(words: string, before: ChosenFile[], putBackManifest: () => void = () => undefined) {
		const putBack = () => {
			setDone(null);
			editFiles((now) => withFiles(now, sendAgain(before)));
			putBackManifest();
		};
		setDone({ words, label: 'Put back', act: before.every((file) => file.file !== null) ? putBack : null });
	}

	function add(chosen: Chosen) {
		const paths = chosen.files.map((file) => file.path);
		const before = files.filter((file) => paths.includes(file.path));
		setLeftOut(chosen.leftOut);
		if (before.length === 0) setDone(null);
		else say(`Replaced by what you chose now: ${someOf(before.map(({ path }) => path))}`, before);
		editFiles((now) => withFiles(now, chosen.files), chosen.manifest);
		if (chosen.manifest === null) manifest.follow((text) => withFilesAdded(text, paths));
		if (paths[0] !== undefined) show(paths[0]);
	}

	function write(path: string, text: string) {
		const file = fileOfText(text);
		editFiles((now) => withFiles(now, [{ path, size: file.size, file, storedAt: null }]));
	}

	/** A new file, or the one with that path, and the cursor in it. */
	function begin(path: string) {
		if (!files.some((file) => file.path === path)) {
			write(path, '');
			manifest.follow((text) => withFilesAdded(text, [path]));
		}
		open(path);
		setGoTo({ file: path, place: { line: 1, column: 1 } });
	}

	/** The files with their bytes, the console's too; null where it did not give them. */
	async function withBytes(paths: string[]): Promise<ChosenFile[] | null> {
		const wanted = files.filter((file) => paths.includes(file.path));
		const load = async (file: ChosenFile) => ({ ...file, file: file.file ?? (await loadKept(file, kept)) });
		return Promise.all(wanted.map(load)).catch(() => null);
	}

	/** Takes files out, and says how to put them back. */
	async function remove(paths: string[]) {
		const words = paths.length === 1 ? `Removed: ${paths[0]}` : `Removed: ${countWords(paths.length, 'file')}`;
		const there = files.filter((file) => paths.includes(file.path));
		const takeOut = (before: ChosenFile[]) => {
			const text = manifest.now();
			const without = text === null ? null : withFilesRemoved(text, paths);
			// What was written into one while it was loaded stays.
			editFiles((now) => now.filter((one) => !there.some((file) => isSameFile(file, one))));
			manifest.follow((now) => withFilesRemoved(now, paths));
			say(words, before, () => manifest.follow((now) => (text !== null && now === without ? text : withFilesAdded(now, paths))));
		};
		const before = await withBytes(paths);
		if (before) return takeOut(before);
		setDone({
			words: `${someOf(paths)} could not be loaded, so that removing could not be undone.`,
			label: 'Remove all the same',
			act: () => takeOut(there),
		});
	}

	/** Gives a file, or the files of a folder (with `/` at its end), another path. */
	async function rename(from: string, to: string) {
		const paths = renamedPaths(
			files.map(({ path }) => path),
			from,
			to,
		);
		// The console has them under the old path: they are sent again under the new one.
		const before = await withBytes([...paths.keys()]);
		if (!before) return setDone({ words: `${from} could not be loaded, and was not renamed.`, label: '', act: null });
		const renamed = before.map((file) => ({ ...file, path: paths.get(file.path) ?? file.path, storedAt: null }));
		editFiles((now) =>
			withFiles(
				now.filter((one) => !paths.has(one.path)),
				renamed,
			),
		);
		manifest.follow((text) => withFilesRenamed(text, paths));
		setDone(null);
		if (opened !== null) open(paths.get(opened) ?? opened);
	}

	/** Runs a file one place earlier or later. */
	function move(path: string, by: -1 | 1) {
		manifest.order((text) => withFileMoved(text, path, by));
	}

	function putInPhase(paths: string[], phase: number) {
		manifest.order((text) => withFilesInPhase(text, paths, phase));
	}

	/** To the place of a finding: its file opens, the cursor goes there. */
	function go({ file, line, column }: Finding) {
		if (file === null) return;
		if (file !== MANIFEST_NAME) open(file);
		setGoTo({ file, place: { line: line ?? 1, column: column ?? 1 } });
	}

	const shown = files.find(({ path }) => path === opened) ?? files[0] ?? null;
	const placeIn = (path: string) => (goTo?.file === path ? goTo.place : null);
	return { shown, show, placeIn, leftOut, done, add, write, begin, remove, rename, move, putInPhase, go };
}
