'use client';

import { Button } from '#components/ui/form/button.tsx';
import { Notice } from '#components/ui/notice.tsx';
import type { DraftState } from '#lib/domain/draft.ts';
import type { SaveState } from './use-draft.ts';

/** Whether what is typed is saved, and when, in UTC; or why not. */
export function SaveLine({ state, onRetry }: { state: SaveState; onRetry: () => void }) {
	return (
		<div className="flex flex-wrap items-center gap-x-3 gap-y-1">
			<p role="status" className={`prose text-sm ${state.kind === 'failed' || state.kind === 'conflict' ? 'text-fail' : 'text-ink-2'}`}>
				{saveWords(state)}
			</p>
			{state.kind === 'failed' && (
				<Button size="small" onClick={onRetry}>
					Try again
				</Button>
			)}
			{state.kind === 'failed' && state.isSignedOut && (
				<a href="/sign-in?callbackUrl=%2F" target="_blank" rel="noreferrer" className="text-sm text-accent hover:underline">
					Sign in in another tab
				</a>
			)}
		</div>
	);
}

function saveWords(state: SaveState): string {
	if (state.kind === 'new') return 'Saved as you type.';
	if (state.kind === 'unsaved') return 'Saving…';
	if (state.kind === 'saved') return `Saved ${timeOf(state.savedAt)}`;
	if (state.kind === 'conflict') return 'Not saved: the draft has changed elsewhere.';
	const kept = 'This browser keeps the text; files that you chose are only in this page.';
	if (state.isSignedOut) return `Not saved: your session has ended. ${kept}`;
	return `Not saved: ${state.why.replace(/\.?$/, '.')} ${kept}`;
}

/** Two ways out when the draft has moved on: nothing is saved until one is chosen. */
type Ways = { current: DraftState | null; onLoad: () => void; onOverwrite: () => void };
export function ConflictNotice({ current, onLoad, onOverwrite }: Ways) {
	if (current === null) {
		return (
			<Notice tone="wait" announce title="This draft was filed or discarded in another tab">
				<p>What you typed here is not saved.</p>
				<Button size="small" className="mt-1.5" onClick={onOverwrite}>
					Save it as a new draft
				</Button>
			</Notice>
		);
	}
	return (
		<Notice tone="wait" announce title={`This draft was saved in another tab, ${timeOf(current.savedAt)}`}>
			<p>What you typed here since is not saved, so that nothing of the other is lost.</p>
			<div className="mt-2 flex flex-wrap gap-2">
				<Button size="small" onClick={onLoad}>
					Load the other one
				</Button>
				<Button size="small" onClick={onOverwrite}>
					Overwrite it with what is here
				</Button>
			</div>
		</Notice>
	);
}

function timeOf(at: string): string {
	return `${at.slice(11, 19)} UTC`;
}
