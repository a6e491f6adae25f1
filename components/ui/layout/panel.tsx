import type { ReactNode } from 'react';
import { classNames } from '../class-names.ts';

/** A section of a page with its heading, and its actions at the right. */
export function Section({
	title,
	id,
	aside,
	className,
	children,
}: {
	title: ReactNode;
	id: string;
	aside?: ReactNode;
	className?: string;
	children: ReactNode;
}) {
	return (
		<section aria-labelledby={id} className={classNames('min-w-0', className)}>
			<div className="mb-2 flex min-h-7 flex-wrap items-center justify-between gap-x-3 gap-y-1">
				<h2 id={id} className="min-w-0 text-lg font-semibold tracking-[-0.01em] [overflow-wrap:anywhere]">
					{title}
				</h2>
				{aside && <div className="flex items-center gap-2 text-sm text-ink-2">{aside}</div>}
			</div>
			{children}
		</section>
	);
}

/** Rows in a panel, at least 36 px high, with a line between them. */
export function RowList({ className, children }: { className?: string; children: ReactNode }) {
	return <ul className={classNames('panel divide-y divide-line', className)}>{children}</ul>;
}

export function Row({ className, children }: { className?: string; children: ReactNode }) {
	return <li className={classNames('flex min-h-9 items-center gap-2.5 px-3.5 py-2', className)}>{children}</li>;
}
