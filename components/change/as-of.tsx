'use client';

import { useRouter } from 'next/navigation';
import { useEffect } from 'react';

const EVERY_MS = 4_000;

/** When what is shown was read, and reads it again while somebody looks: what is said of a run must not grow old unnoticed. */
export function AsOf({ at }: { at: string }) {
	const router = useRouter();

	useEffect(() => {
		const timer = setInterval(() => {
			if (document.visibilityState === 'visible') router.refresh();
		}, EVERY_MS);
		return () => clearInterval(timer);
	}, [router]);

	return (
		<span>
			as of <time dateTime={at}>{at.slice(11, 19)} UTC</time>
		</span>
	);
}
