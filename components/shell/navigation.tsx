import { Database, FileDiff, Inbox, ScrollText } from 'lucide-react';
import { Count } from '#components/ui/tag.tsx';
import { PlaceLink } from './place-link.tsx';

const PLACES = [
	{ href: '/', title: 'Inbox', icon: Inbox, covers: [] },
	{ href: '/changes', title: 'Changes', icon: FileDiff, covers: ['/changes', '/runs'] },
	{ href: '/record', title: 'Record', icon: ScrollText, covers: ['/record'] },
	{ href: '/targets', title: 'Targets', icon: Database, covers: ['/targets', '/calendar'] },
];

/** The four places. In the bar on a wide screen; along the bottom edge, under the thumb, on a narrow one. */
export function Navigation({ waiting }: { waiting: string | null }) {
	return (
		<nav
			aria-label="Main"
			className="max-sm:fixed max-sm:inset-x-0 max-sm:bottom-0 max-sm:z-20 max-sm:border-t max-sm:border-line max-sm:bg-panel max-sm:pb-[env(safe-area-inset-bottom)]"
		>
			<ul className="flex gap-1 max-sm:grid max-sm:h-[52px] max-sm:grid-cols-4 max-sm:gap-0">
				{PLACES.map(({ href, title, icon: Icon, covers }) => (
					<li key={href}>
						<PlaceLink
							href={href}
							covers={covers}
							className="flex items-center gap-1.5 rounded-md px-2.5 py-[5px] text-ink-2 hover:text-ink aria-[current]:bg-sunken aria-[current]:font-medium aria-[current]:text-ink max-sm:h-full max-sm:flex-col max-sm:justify-center max-sm:gap-0.5 max-sm:rounded-none max-sm:px-0 max-sm:text-xs max-sm:-outline-offset-2 max-sm:aria-[current]:bg-transparent max-sm:aria-[current]:text-accent"
						>
							<Icon className="size-[18px] sm:hidden" strokeWidth={1.75} aria-hidden />
							<span className="flex items-center gap-1.5">
								{title}
								{href === '/' && waiting && <Count value={waiting} label="waiting for you" />}
							</span>
						</PlaceLink>
					</li>
				))}
			</ul>
		</nav>
	);
}
