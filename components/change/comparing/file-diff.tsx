'use client';

import dynamic from 'next/dynamic';
import { useState, useSyncExternalStore } from 'react';
import { Button } from '#components/ui/form/button.tsx';
import type { CompareView } from './compare-href.ts';

/** Two texts beside each other need this much room; below it they are shown in one column. */
const WIDE = '(min-width: 1024px)';
const LOADING = <p className="px-3.5 py-3 text-ink-2">Loading the comparison…</p>;
// The editor is heavy: only whoever opens a comparison loads it.
const MergeEditor = dynamic(() => import('./merge-editor.tsx').then((loaded) => loaded.MergeEditor), {
	ssr: false,
	loading: () => LOADING,
});

type Props = { path: string; before: string; after: string; from: number; revision: number; view: CompareView };

/** One file in two revisions, line by line. Long stretches that are the same are folded until somebody asks for them. */
export function FileDiff({ path, before, after, from, revision, view }: Props) {
	const isWide = useSyncExternalStore(watchWidth, isWideNow, () => false);
	const [isWhole, setIsWhole] = useState(false);
	return (
		<>
			<div className="flex justify-end border-b border-line px-3.5 py-1.5">
				<Button size="small" aria-pressed={isWhole} onClick={() => setIsWhole(!isWhole)} className="max-sm:h-11">
					{isWhole ? 'Fold unchanged lines' : 'Show all lines'}
				</Button>
			</div>
			<MergeEditor
				isSql={path.endsWith('.sql')}
				before={{ text: before, label: `${path} in revision ${from}` }}
				after={{ text: after, label: `${path} in revision ${revision}` }}
				isInline={!isWide || view === 'inline'}
				isWhole={isWhole}
			/>
		</>
	);
}

function watchWidth(changed: () => void): () => void {
	const query = matchMedia(WIDE);
	query.addEventListener('change', changed);
	return () => query.removeEventListener('change', changed);
}

function isWideNow(): boolean {
	return matchMedia(WIDE).matches;
}
