'use client';

import { type ReactNode, useEffect, useState } from 'react';
import { classNames } from '#components/ui/class-names.ts';

/** Shown while the part of the page below the heading `of` is not on the screen. Never printed. */
export function HiddenInView({ of, className, children }: { of: string; className: string; children: ReactNode }) {
	const isThere = useInView(of);
	return (
		<div data-print="hide" className={classNames(className, isThere && 'hidden')}>
			{children}
		</div>
	);
}

/** Whether the part of the page below that heading is on the screen. */
function useInView(id: string): boolean {
	const [isInView, setIsInView] = useState(false);
	useEffect(() => {
		const part = document.getElementById(id)?.closest('section');
		if (!part) return;
		const observer = new IntersectionObserver((entries) => setIsInView(entries.at(-1)?.isIntersecting ?? false), { threshold: 0.3 });
		observer.observe(part);
		return () => observer.disconnect();
	}, [id]);
	return isInView;
}
