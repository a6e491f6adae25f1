'use client';

import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { answerOr } from '#components/ui/form/unanswered.ts';
import type { DraftSave, DraftState, DraftText } from '#lib/domain/draft.ts';
import { type Drafted, markStored, sendAgain, sentDraft, withLoaded } from './draft-files.ts';
import type { ChosenFile } from './files/chosen-files.ts';
import { forgetLocalCopy, readLocalCopy, writeLocalCopy } from './local-copy.ts';

export type SaveState =
	| { kind: 'new' }
	| { kind: 'unsaved' }
	| { kind: 'saved'; savedAt: string }
	| { kind: 'failed'; why: string; isSignedOut: boolean }
	/** Somebody saved over the version that this page began from; null: the draft was filed or discarded. */
	| { kind: 'conflict'; current: DraftState | null };

type Refused = { code: string; message: string; fields: Record<string, string> };
export type SaveAnswer = { ok: true; value: DraftSave } | { ok: false; refusal: Refused };
const LOST: SaveAnswer = { ok: false, refusal: { code: 'lost', message: 'The console did not answer.', fields: {} } };

/** How long nobody types before a save, in ms. */
const QUIET_MS = 1_000;

type Input = {
	opened: Drafted;
	/** ISO 8601; null when it was never saved. */
	savedAt: string | null;
	/** Where this browser keeps what is not saved yet. */
	localKey: (basis: Drafted['basis']) => string;
	save: (form: FormData) => Promise<SaveAnswer>;
	/** It is saved under this id, and nobody is on the way to another page. */
	onSaved: (id: string) => void;
	/** The last save ended after the page was left for another one of the console. */
	onSavedAway: () => void;
};

/**
 * A draft that is saved on the server as it is typed. This browser keeps the text too, but only until it is saved. Nothing is saved by
 * itself over a version that this page has not shown.
 */
export function useDraft({ opened, savedAt, ...input }: Input) {
	const [shown, setShown] = useState(opened);
	const [state, setState] = useState<SaveState>(savedAt === null ? { kind: 'new' } : { kind: 'saved', savedAt });
	// What is true between two renders, for timers and answers.
	const now = useRef({
		drafted: opened,
		isDirty: false,
		isHeld: false,
		isLeaving: false,
		isLeft: false,
		isKeptHere: true,
		timer: undefined as Timer,
	});
	const underWay = useRef<Promise<void> | null>(null);
	const given = useRef(input);
	given.current = input;

	const show = useCallback((drafted: Drafted) => {
		now.current.drafted = drafted;
		setShown(drafted);
	}, []);

	const keepHere = useCallback(() => {
		const { drafted } = now.current;
		now.current.isKeptHere = writeLocalCopy(given.current.localKey(drafted.basis), drafted);
	}, []);

	const saveOnce = useCallback(async () => {
		const { drafted: sent } = now.current;
		const key = given.current.localKey(sent.basis);
		now.current.isDirty = false;
		const form = sentDraft(sent);
		form.append('text', JSON.stringify(sent.text));
		const answer = await answerOr(given.current.save(form), LOST);
		if (!answer.ok || answer.value.kind === 'conflict') {
			now.current.isDirty = true;
			now.current.isHeld ||= answer.ok;
			setState(stateOf(answer));
			return;
		}
		const { id, version } = answer.value;
		show({ ...now.current.drafted, basis: { id, version }, files: markStored(now.current.drafted.files, sent.files, version) });
		forgetLocalCopy(key);
		if (now.current.isDirty) keepHere();
		if (now.current.isLeft) return given.current.onSavedAway();
		if (!now.current.isLeaving) given.current.onSaved(id);
		setState(now.current.isDirty ? { kind: 'unsaved' } : stateOf(answer));
	}, [show, keepHere]);

	/** Saves what is there, after the save that is under way. Resolves when nothing is under way any more. */
	const flush = useCallback(async () => {
		clearTimeout(now.current.timer);
		await underWay.current;
		if (!now.current.isDirty || now.current.isHeld) return;
		underWay.current = saveOnce();
		await underWay.current;
		underWay.current = null;
	}, [saveOnce]);

	const touch = useCallback(
		(part: Partial<Drafted>) => {
			show({ ...now.current.drafted, ...part });
			now.current.isDirty = true;
			now.current.isLeaving = false;
			keepHere();
			if (now.current.isHeld) return;
			setState((before) => (before.kind === 'failed' ? before : { kind: 'unsaved' }));
			clearTimeout(now.current.timer);
			now.current.timer = setTimeout(flush, QUIET_MS);
		},
		[show, flush, keepHere],
	);

	// Before anything can be typed or chosen: that would write over the copy first, and be taken back by it then.
	useLayoutEffect(() => {
		const local = readLocalCopy(given.current.localKey(now.current.drafted.basis));
		if (local !== null && !isSameDraft(local, now.current.drafted)) touch(local);
	}, [touch]);

	useLeaving(now, flush);

	const change = useCallback((part: Partial<DraftText>) => touch({ text: { ...now.current.drafted.text, ...part } }), [touch]);
	const editFiles = useCallback(
		(edit: (files: ChosenFile[]) => ChosenFile[]) => touch({ files: edit(now.current.drafted.files) }),
		[touch],
	);
	/** The bytes of a file came from the console: nothing is to be saved. */
	const load = useCallback(
		(chosen: ChosenFile, file: File) => show({ ...now.current.drafted, files: withLoaded(now.current.drafted.files, chosen, file) }),
		[show],
	);
	/** Saves over what is there, knowingly: over exactly that version, or as a draft of its own when it is gone. */
	const overwrite = useCallback(
		(current: DraftState | null) => {
			now.current.isHeld = false;
			const basis = current === null ? { ...now.current.drafted.basis, version: 0 } : { id: current.id, version: current.version };
			touch({ basis, files: sendAgain(now.current.drafted.files) });
			return flush();
		},
		[touch, flush],
	);
	/** Ends saving for a filing, which names the version that is there. Returns what to file; null when the draft has moved on elsewhere. */
	const hold = useCallback(async () => {
		clearTimeout(now.current.timer);
		await underWay.current;
		if (now.current.isHeld) return null;
		now.current.isHeld = true;
		return now.current.drafted;
	}, []);
	/** The filing was refused: saves again, and so finds out whether the draft has moved on. */
	const resume = useCallback(() => {
		now.current.isHeld = false;
		touch({});
	}, [touch]);
	const forget = useCallback(() => {
		now.current.isDirty = false;
		forgetLocalCopy(given.current.localKey(now.current.drafted.basis));
	}, []);
	return { ...shown, state, change, editFiles, load, flush, overwrite, hold, resume, forget };
}

/** Whether the text and the files that are named are the same: then this browser keeps nothing that is not saved. */
function isSameDraft(a: Partial<Drafted>, b: Drafted): boolean {
	const named = (files: ChosenFile[] = []) => files.map(({ path, storedAt }) => `${storedAt} ${path}`).sort();
	const isSame = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);
	return isSame(a.text, b.text) && isSame(named(a.files ?? b.files), named(b.files));
}

type Timer = ReturnType<typeof setTimeout> | undefined;
type Now = { current: { drafted: Drafted; isDirty: boolean; isLeaving: boolean; isLeft: boolean; isKeptHere: boolean; timer: Timer } };

/** Saves when the page is left or comes back. The browser asks before it drops files that neither the console holds nor this browser keeps. */
function useLeaving(now: Now, flush: () => Promise<void>): void {
	useEffect(() => {
		now.current.isLeft = false;
		const save = () => void flush();
		const ask = (event: BeforeUnloadEvent) => {
			if (now.current.isDirty && !now.current.isKeptHere) event.preventDefault();
		};
		// Until the other page is there, which takes a while on a slow line, this one stays and goes on saving.
		const leave = ({ target }: MouseEvent) => {
			now.current.isLeaving ||= target instanceof Element && target.closest('a[href]') !== null;
		};
		document.addEventListener('click', leave, true);
		document.addEventListener('visibilitychange', save);
		window.addEventListener('beforeunload', ask);
		return () => {
			document.removeEventListener('click', leave, true);
			document.removeEventListener('visibilitychange', save);
			window.removeEventListener('beforeunload', ask);
			now.current.isLeft = true;
			save();
		};
	}, [now, flush]);
}

function stateOf(answer: SaveAnswer): SaveState {
	if (!answer.ok) {
		const { code, message, fields } = answer.refusal;
		return { kind: 'failed', why: Object.values(fields)[0] ?? message, isSignedOut: code === 'not_signed_in' };
	}
	if (answer.value.kind === 'conflict') return answer.value;
	return { kind: 'saved', savedAt: answer.value.savedAt };
}
