'use client';

import { useEffect } from 'react';

/** `/` moves to the page's search field, where there is one. A page marks it with type="search". */
export function SearchKey() {
	useEffect(() => {
		function focusSearch(event: KeyboardEvent) {
			if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
			const field = document.querySelector<HTMLInputElement>('main input[type="search"]');
			if (!field) return;
			event.preventDefault();
			field.focus();
			field.select();
		}
		document.addEventListener('keydown', focusSearch);
		return () => document.removeEventListener('keydown', focusSearch);
	}, []);

	return null;
}

function isTyping(target: EventTarget | null): boolean {
	return target instanceof HTMLElement && (target.isContentEditable || target.matches('input, textarea, select'));
}
