'use client';

import { useSyncExternalStore } from 'react';

const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;
let now = 0;

function subscribe(listener: () => void) {
	listeners.add(listener);
	now = Date.now();
	timer ??= setInterval(() => {
		now = Date.now();
		for (const tell of listeners) tell();
	}, 1000);
	return () => {
		listeners.delete(listener);
		if (listeners.size > 0) return;
		clearInterval(timer);
		timer = undefined;
	};
}

/**
 * The browser's clock in ms since 1970, renewed once a second by one timer for the whole page.
 * Null on the server and while hydrating, so that both render the same.
 */
export function useNow(): number | null {
	return useSyncExternalStore(
		subscribe,
		() => now || null,
		() => null,
	);
}
