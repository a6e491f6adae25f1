import Link from 'next/link';
import { AccountMenu } from './account-menu.tsx';
import { BrandMark } from './brand-mark.tsx';
import { Navigation } from './navigation.tsx';
import { SearchKey } from './search-key.tsx';
import { UtcClock } from './utc-clock.tsx';

/** The bar on every page of the console. `waiting`: how many tasks are waiting for this person, as it is shown (30+); null when there are none. The page's content must be in <main id="content">. */
export function TopBar({
	person,
	waiting,
	signOut,
}: {
	person: { name: string; email: string; roles: string[] };
	waiting: string | null;
	signOut: () => Promise<void>;
}) {
	return (
		<header data-print="hide" className="border-b border-line bg-panel">
			<a
				href="#content"
				className="sr-only focus:not-sr-only focus:absolute focus:top-2 focus:left-2 focus:z-40 focus:rounded-md focus:bg-accent focus:px-3 focus:py-2 focus:text-accent-ink"
			>
				Skip to content
			</a>
			<div className="flex h-12 items-center gap-4 px-3 sm:gap-5.5 sm:px-5">
				<Link href="/" className="flex items-center gap-2 rounded-sm font-semibold tracking-[-0.01em]">
					<BrandMark />
					Countersign
				</Link>
				<Navigation waiting={waiting} />
				<span className="flex-1" />
				<kbd title="Press / to search" className="rounded-sm border border-line-strong px-1.5 text-xs text-ink-3 max-sm:hidden">
					/
				</kbd>
				<UtcClock />
				<AccountMenu {...person} signOut={signOut} />
			</div>
			<SearchKey />
		</header>
	);
}
