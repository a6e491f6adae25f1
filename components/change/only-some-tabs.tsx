'use client';

import { type ComponentProps, lazy, Suspense } from 'react';

// What only some tabs of a change show: the page that everybody opens first does not wait for it.
const LazyFileDiff = lazy(() => import('./comparing/file-diff.tsx').then(({ FileDiff }) => ({ default: FileDiff })));
const LazyLinePicker = lazy(() => import('./commenting/line-picker.tsx').then(({ LinePicker }) => ({ default: LinePicker })));
const LazyNewComment = lazy(() => import('./commenting/new-comment.tsx').then(({ NewComment }) => ({ default: NewComment })));
const LazyProgress = lazy(() =>
	import('./rehearsing/rehearsal-progress.tsx').then(({ RehearsalProgress }) => ({ default: RehearsalProgress })),
);
const LazyThreadActions = lazy(() => import('./commenting/thread-actions.tsx').then(({ ThreadActions }) => ({ default: ThreadActions })));

export function FileDiff(props: ComponentProps<typeof LazyFileDiff>) {
	return (
		<Suspense>
			<LazyFileDiff {...props} />
		</Suspense>
	);
}

export function LinePicker(props: ComponentProps<typeof LazyLinePicker>) {
	return (
		<Suspense>
			<LazyLinePicker {...props} />
		</Suspense>
	);
}

export function NewComment(props: ComponentProps<typeof LazyNewComment>) {
	return (
		<Suspense>
			<LazyNewComment {...props} />
		</Suspense>
	);
}

export function RehearsalProgress(props: ComponentProps<typeof LazyProgress>) {
	return (
		<Suspense>
			<LazyProgress {...props} />
		</Suspense>
	);
}

export function ThreadActions(props: ComponentProps<typeof LazyThreadActions>) {
	return (
		<Suspense>
			<LazyThreadActions {...props} />
		</Suspense>
	);
}
