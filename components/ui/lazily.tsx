'use client';

import { type ComponentProps, type ComponentType, createElement, lazy, Suspense } from 'react';

// biome-ignore lint/suspicious/noExplicitAny: whatever properties the part takes, they are passed on as they are
type Part = ComponentType<any>;

/** A part of a page that loads by itself, when it is first shown: who never sees it does not load it. */
export function lazily<T extends Part>(load: () => Promise<T>): (props: ComponentProps<T>) => React.JSX.Element {
	const part = lazy(async () => ({ default: await load() }));
	return (props) => <Suspense>{createElement(part, props)}</Suspense>;
}
