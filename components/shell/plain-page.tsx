import type { ReactNode } from 'react';
import { BrandMark } from './brand-mark.tsx';

/** A page without the top bar: sign-in, not found, and errors. */
export function PlainPage({ title, children }: { title: string; children: ReactNode }) {
	return (
		<main id="content" className="mx-auto grid min-h-dvh w-full max-w-[400px] content-start px-4 pt-[max(48px,18dvh)] pb-12">
			<p className="flex items-center gap-2 font-semibold tracking-[-0.01em]">
				<BrandMark className="size-5" />
				Countersign
			</p>
			<h1 className="mt-7 mb-4 text-2xl font-semibold tracking-[-0.018em]">{title}</h1>
			{children}
		</main>
	);
}
