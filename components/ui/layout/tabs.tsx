import Link from 'next/link';
import type { ReactNode } from 'react';
import { LinkPending } from './link-pending.tsx';

/**
 * Tabs, each with its own address, so that it can be shared, reloaded and bookmarked. A press is answered at once, also on a slow line:
 * the tab is marked, and what stands beside this as `peer-has-data-pending` knows that it is about to go. What is only for screen readers
 * is placed within the scrolled list (`relative`): elsewhere it would make the page as wide as all tabs.
 */
export function Tabs({ label, tabs }: { label: string; tabs: { href: string; title: ReactNode; current: boolean }[] }) {
	return (
		<nav aria-label={label} data-print="hide" className="peer relative mb-4 overflow-x-auto overflow-y-hidden border-b border-line">
			<ul className="flex gap-0.5">
				{tabs.map((tab) => (
					<li key={tab.href}>
						<Link
							href={tab.href}
							scroll={false}
							aria-current={tab.current ? 'page' : undefined}
							className="flex items-center gap-1.5 whitespace-nowrap px-3 py-2 text-ink-2 -outline-offset-2 hover:text-ink has-data-pending:text-ink has-data-pending:shadow-[inset_0_-2px_var(--ink-3)] aria-[current]:font-medium aria-[current]:text-ink aria-[current]:shadow-[inset_0_-2px_var(--accent)]"
						>
							{tab.title}
							<LinkPending />
						</Link>
					</li>
				))}
			</ul>
		</nav>
	);
}
