'use client';

import { type ComponentProps, type ComponentType, createElement, lazy, Suspense } from 'react';
import { Notice } from './notice.tsx';

// biome-ignore lint/suspicious/noExplicitAny: whatever properties the part takes, they are passed on as they are
type Part = ComponentType<any>;

/**
 * A part of a page that loads by itself, when it is first shown: who never sees it does not load it. Where it cannot be loaded, as after the
 * console was replaced by a newer one, that stands in its place, and the rest of the page stays.
 */
export function lazily<T extends Part>(load: () => Promise<T>): (props: ComponentProps<T>) => React.JSX.Element {
	const part = lazy(async (): Promise<{ default: Part }> => ({ default: await load().catch(() => NotLoaded) }));
	return (props) => <Suspense>{createElement(part, props)}</Suspense>;
}

function NotLoaded() {
	return (
		<Notice tone="fail" title="This part of the page could not be loaded" announce>
			Reload the page.
		</Notice>
	);
}
