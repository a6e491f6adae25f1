'use client';

import { useEffect, useState } from 'react';
import type { TargetNames } from '#lib/domain/target/names.ts';

const NONE: TargetNames = { relations: [], schemas: [], why: null };

/** What the chosen target holds. The page does not wait for it: until the names come, and if they never do, there are none. */
export function useNames(target: string): TargetNames {
	const [known, setKnown] = useState<{ target: string; names: TargetNames }>({ target: '', names: NONE });
	useEffect(() => {
		if (target === '') return;
		const left = new AbortController();
		ask(target, left.signal).then((names) => !left.signal.aborted && setKnown({ target, names }));
		return () => left.abort();
	}, [target]);
	return known.target === target ? known.names : NONE;
}

async function ask(target: string, signal: AbortSignal): Promise<TargetNames> {
	try {
		const answer = await fetch(`/api/targets/${encodeURIComponent(target)}/names`, { signal });
		return answer.ok ? ((await answer.json()) as TargetNames) : NONE;
	} catch {
		return { ...NONE, why: 'the console did not answer' };
	}
}
