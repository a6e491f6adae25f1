'use client';

import { useCallback, useEffect, useState } from 'react';

/**
 * Text that is kept in this browser as it is typed, until `forget`. It starts as `initial`, also while the page wakes up, so that
 * server and browser render the same; a draft that was kept then takes its place.
 */
export function useDraft<T extends object>(key: string, initial: T) {
	const [draft, setDraft] = useState<T>(initial);
	const [isRestored, setIsRestored] = useState(false);

	useEffect(() => {
		const kept = localStorage.getItem(key);
		if (kept === null) return;
		try {
			setDraft((now) => ({ ...now, ...(JSON.parse(kept) as Partial<T>) }));
			setIsRestored(true);
		} catch {
			// Not what this page wrote: of no use to anybody.
			localStorage.removeItem(key);
		}
	}, [key]);

	const change = useCallback(
		(part: Partial<T>) =>
			setDraft((now) => {
				const next = { ...now, ...part };
				try {
					localStorage.setItem(key, JSON.stringify(next));
				} catch {
					// The browser's storage is full or closed: the page still has the text.
				}
				return next;
			}),
		[key],
	);
	const forget = useCallback(() => localStorage.removeItem(key), [key]);
	return { draft, change, forget, isRestored };
}
