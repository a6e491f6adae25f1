'use client';

import Link from 'next/link';
import { usePathname } from 'next/navigation';
import type { ReactNode } from 'react';

/** A link to a place, marked while one is there. `covers`: the paths that belong to it, with all below them. */
export function PlaceLink({
	href,
	covers,
	className,
	children,
}: {
	href: string;
	covers: string[];
	className: string;
	children: ReactNode;
}) {
	const path = usePathname();
	const isHere = path === href || covers.some((place) => path === place || path.startsWith(`${place}/`));
	return (
		<Link href={href} aria-current={isHere ? 'page' : undefined} className={className}>
			{children}
		</Link>
	);
}
