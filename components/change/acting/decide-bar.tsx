'use client';

import { OctagonAlert } from 'lucide-react';
import { useEffect, useState } from 'react';
import { classNames } from '#components/ui/class-names.ts';
import { ButtonLink } from '#components/ui/form/button.tsx';

type Harm = { level: 'loses' | 'opens' | 'hides' | 'none'; words: string };

type Props = {
	harm: Harm;
	label: string;
	/** The id of the heading above the form. */
	to: string;
};

/** On a narrow screen, at the bottom edge while one reads: the way to the signature, and the worst of what it would allow. */
export function DecideBar({ harm, label, to }: Props) {
	const isThere = useInView(to);
	const isBad = harm.level === 'loses' || harm.level === 'opens';
	return (
		<div
			data-print="hide"
			className={classNames(
				'fixed inset-x-0 bottom-[calc(52px+env(safe-area-inset-bottom))] z-10 border-t border-line bg-panel px-3 py-2.5 sm:bottom-0 sm:px-6 lg:hidden',
				isThere && 'hidden',
			)}
		>
			{harm.level !== 'none' && (
				<p className={`mb-2 flex gap-2 text-sm font-medium ${isBad ? 'text-fail' : 'text-wait'}`}>
					<OctagonAlert className="mt-px size-4 flex-none" aria-hidden />
					<span className="line-clamp-3">{harm.words}</span>
				</p>
			)}
			<ButtonLink href={`#${to}`} kind="primary" size="large" className="w-full">
				{label}…
			</ButtonLink>
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
