'use client';

import { type ComponentProps, lazy, Suspense } from 'react';

// What a run shows only while people decide, or once it is over: who watches one that is under way does not load it.
const LazyChecklist = lazy(() => import('./checklist.tsx').then(({ Checklist }) => ({ default: Checklist })));
const LazyKeptDatabase = lazy(() => import('./kept-database.tsx').then(({ KeptDatabase }) => ({ default: KeptDatabase })));
const LazyRestoreDecision = lazy(() => import('./restore-decision.tsx').then(({ RestoreDecision }) => ({ default: RestoreDecision })));

export function Checklist(props: ComponentProps<typeof LazyChecklist>) {
	return (
		<Suspense>
			<LazyChecklist {...props} />
		</Suspense>
	);
}

export function KeptDatabase(props: ComponentProps<typeof LazyKeptDatabase>) {
	return (
		<Suspense>
			<LazyKeptDatabase {...props} />
		</Suspense>
	);
}

export function RestoreDecision(props: ComponentProps<typeof LazyRestoreDecision>) {
	return (
		<Suspense>
			<LazyRestoreDecision {...props} />
		</Suspense>
	);
}
