'use client';

import { useEffect, useRef, useState } from 'react';
import type { Finding } from '#lib/domain/bundle/finding.ts';
import type { CatalogAsked } from '#lib/domain/draft.ts';
import type { Route } from '#lib/domain/route.ts';
import { sentDraft } from '../draft-files.ts';
import { type Kept, refusedBecause } from '../files/use-file-text.ts';
import { answersIn, changedPaths, isSameWritten, type Written, withPart } from './found-so-far.ts';

export type CheckState =
	| { kind: 'nothing' }
	| { kind: 'checking' }
	| { kind: 'checked' }
	/** The console did not answer, or not to the end. What is shown may be about an earlier text. */
	| { kind: 'lost' }
	| { kind: 'refused'; why: string };

/** How long nobody types before a check, in ms. A check that takes longer than that is asked for as seldom as it takes. */
const QUIET_MS = 350;
const LONGEST_QUIET_MS = 10_000;
const AGAIN_MS = 5_000;
const MOST_CHANGED = 20;

/** `route`: how the bundle would come to its target; null while nobody knows. */
export type Checked = { state: CheckState; findings: Finding[]; route: Route | null; catalog: CatalogAsked };

const NOT_ASKED: CatalogAsked = { state: 'not asked', why: null };

/** Asks the console what is wrong with the bundle while it is written. Only what is about the newest text is ever shown. */
export function useCheck(written: Written, kept: Kept): Checked {
	const [state, setState] = useState<CheckState>({ kind: 'nothing' });
	const [findings, setFindings] = useState<Finding[]>([]);
	const [route, setRoute] = useState<{ of: string; route: Route | null }>({ of: '', route: null });
	const [catalog, setCatalog] = useState<CatalogAsked>(NOT_ASKED);
	const now = useRef({ written, kept });
	now.current = { written, kept };
	const asked = useRef<Written>({ files: [], manifest: '', target: '' });
	const checked = useRef<Written>(asked.current);
	const turn = useRef<{ under: AbortController | null; timer: ReturnType<typeof setTimeout> | undefined; tookMs: number }>({
		under: null,
		timer: undefined,
		tookMs: 0,
	});

	useEffect(() => {
		if (isSameWritten(asked.current, written)) return;
		asked.current = written;
		// Whatever is still answered is about an earlier text.
		turn.current.under?.abort();
		clearTimeout(turn.current.timer);
		if (written.files.length === 0) {
			checked.current = written;
			setFindings([]);
			return setState({ kind: 'nothing' });
		}
		const present = new Set(written.files.map(({ path }) => path));
		setFindings((before) => before.filter(({ file }) => file === null || !file.endsWith('.sql') || present.has(file)));
		setState({ kind: 'checking' });
		turn.current.timer = setTimeout(check, Math.min(Math.max(QUIET_MS, turn.current.tookMs), LONGEST_QUIET_MS));

		async function check() {
			const mine = new AbortController();
			turn.current.under = mine;
			const started = performance.now();
			turn.current.tookMs = 0;
			const about = now.current.written;
			const outcome = await ask({
				form: checkForm(about, now.current.kept, changedPaths(checked.current.files, about.files).slice(0, MOST_CHANGED)),
				signal: mine.signal,
				onPart: (part) => {
					setFindings((before) => withPart(before, part));
					if (part.paths !== null) return;
					setRoute({ of: about.target, route: part.route });
					setCatalog(part.catalog);
					// How long the target takes makes no check of the text wait.
					turn.current.tookMs ||= performance.now() - started;
				},
			});
			if (mine.signal.aborted) return;
			turn.current.tookMs ||= performance.now() - started;
			setState(outcome);
			if (outcome.kind === 'checked') checked.current = about;
			if (outcome.kind === 'lost') turn.current.timer = setTimeout(check, AGAIN_MS);
		}
	}, [written]);

	useEffect(() => {
		const mine = turn.current;
		return () => {
			mine.under?.abort();
			clearTimeout(mine.timer);
			// A page that comes back checks again.
			asked.current = { files: [], manifest: '', target: '' };
		};
	}, []);
	// What was answered for another target says nothing of this one.
	return { state, findings, route: route.of === written.target && written.files.length > 0 ? route.route : null, catalog };
}

function checkForm({ files, manifest, target }: Written, { basis, revises }: Kept, changed: string[]): FormData {
	const form = sentDraft({ basis, files });
	form.append('revises', JSON.stringify(revises));
	form.append('changed', JSON.stringify(changed));
	form.append('target', target);
	form.append('manifest', new Blob([manifest]), 'manifest');
	return form;
}

type Asking = { form: FormData; signal: AbortSignal; onPart: (part: Parameters<typeof withPart>[1]) => void };

async function ask({ form, signal, onPart }: Asking): Promise<CheckState> {
	try {
		const answer = await fetch('/api/drafts/check', { method: 'POST', body: form, signal });
		if (answer.status >= 500 || !answer.body) return { kind: 'lost' };
		if (!answer.ok) return { kind: 'refused', why: await refusedBecause(answer) };
		for await (const line of answersIn(answer.body)) {
			if (signal.aborted) break;
			if ('refused' in line) return { kind: 'refused', why: line.refused };
			onPart(line);
			if (line.paths === null && line.catalog.state !== 'asking') return { kind: 'checked' };
		}
	} catch {
		// The connection is lost, or a newer text is asked about.
	}
	return { kind: 'lost' };
}
