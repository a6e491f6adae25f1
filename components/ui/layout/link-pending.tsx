'use client';

import { useLinkStatus } from 'next/link';

/** Inside a link: marks it while its page is on the way. */
export function LinkPending() {
	const { pending } = useLinkStatus();
	return (
		<span role="status" data-pending={pending || undefined} className="sr-only">
			{pending && 'Loading'}
		</span>
	);
}
