'use client';

import { useEffect, useRef } from 'react';

/** Closes the <details> that it stands in: on Escape, on a press or focus outside it, and when a link in it is followed. */
export function MenuCloser() {
	const place = useRef<HTMLSpanElement>(null);
	useEffect(() => {
		const menu = place.current?.closest('details');
		if (!menu) return;
		const left = new AbortController();
		const { signal } = left;
		const closeOutside = ({ target }: Event) => {
			if (target instanceof Node && !menu.contains(target)) menu.open = false;
		};
		document.addEventListener('pointerdown', closeOutside, { signal });
		document.addEventListener('focusin', closeOutside, { signal });
		document.addEventListener(
			'keydown',
			({ key }) => {
				if (key !== 'Escape' || !menu.open) return;
				menu.open = false;
				menu.querySelector('summary')?.focus();
			},
			{ signal },
		);
		menu.addEventListener(
			'click',
			({ target }) => {
				if (target instanceof Element && target.closest('a')) menu.open = false;
			},
			{ signal },
		);
		return () => left.abort();
	}, []);
	return <span ref={place} hidden />;
}
