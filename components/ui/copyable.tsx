'use client';

import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';

const SHOWN_MS = 2000;

/** Monospaced text that is copied when clicked. `shown` may be shorter than `value`, as for digests. */
export function Copyable({ value, shown = value, label }: { value: string; shown?: string; label: string }) {
	const [state, setState] = useState<'ready' | 'copied' | 'failed'>('ready');

	useEffect(() => {
		if (state === 'ready') return;
		const timer = setTimeout(() => setState('ready'), SHOWN_MS);
		return () => clearTimeout(timer);
	}, [state]);

	async function copy() {
		try {
			await navigator.clipboard.writeText(value);
			setState('copied');
		} catch {
			// No permission, or no secure context: the whole value is in the title.
			setState('failed');
		}
	}

	return (
		<>
			<button
				type="button"
				onClick={copy}
				title={value}
				className="inline-flex h-[22px] items-center gap-1.5 whitespace-nowrap rounded-full border border-line bg-panel px-2 align-middle mono text-ink-2 hover:border-line-strong hover:text-ink print:!inline-flex"
			>
				<span className="sr-only">{`Copy ${label} `}</span>
				{shown}
				{state === 'copied' ? <Check className="size-3 text-done" aria-hidden /> : <Copy className="size-3" aria-hidden />}
			</button>
			<span role="status" className="sr-only">
				{state === 'copied' && `${label} copied`}
				{state === 'failed' && `${label} could not be copied`}
			</span>
		</>
	);
}

/** A digest in short: its first twelve characters in groups of four. Clicking copies all of it. */
export function Digest({ value, label = 'digest' }: { value: string; label?: string }) {
	const short = value.slice(0, 12).replace(/(.{4})(?=.)/g, '$1 ');
	return <Copyable value={value} shown={short} label={label} />;
}
