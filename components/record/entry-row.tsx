'use client';

import { ChevronRight } from 'lucide-react';
import Link from 'next/link';
import { useId, useState } from 'react';
import { classNames } from '#components/ui/class-names.ts';
import { Copyable } from '#components/ui/copyable.tsx';
import { Time } from '#components/ui/time/time.tsx';

export type Entry = {
	seq: string;
	at: string;
	actor: string;
	kind: string;
	/** Something failed or was refused. */
	failed: boolean;
	summary: string;
	links: { label: string; href: string }[];
	target: string | null;
	exact: string;
	hash: string;
	previous: string;
};

/** One entry of the record. It opens to show its exact bytes and their hashes. */
export function EntryRow({ entry }: { entry: Entry }) {
	const [open, setOpen] = useState(false);
	const exactId = useId();
	return (
		<li className="px-3.5 py-1.5">
			<div className="grid grid-cols-[minmax(0,1fr)_auto] gap-x-4 gap-y-0.5 md:grid-cols-[40px_212px_minmax(0,1fr)_112px_112px_auto] md:items-baseline">
				<span className="mono text-ink-3 max-md:hidden">{entry.seq}</span>
				<span className="text-sm text-ink-2 max-md:order-3 max-md:col-span-2">
					<span className="md:hidden">{entry.seq} · </span>
					<Time at={entry.at} />
					<span className="md:hidden"> · {entry.actor}</span>
				</span>
				<span className="min-w-0 [overflow-wrap:anywhere]">
					<span className={classNames('font-medium', entry.failed && 'text-fail')}>{entry.kind}</span>
					{entry.summary && <span className="text-ink-2"> · {entry.summary}</span>}
				</span>
				<span className="flex flex-wrap gap-x-2.5 text-sm text-ink-3 max-md:order-2 max-md:col-span-2 max-md:empty:hidden">
					{entry.links.map((link) => (
						<Link key={link.href} href={link.href} className="rounded-sm text-accent underline underline-offset-2">
							{link.label}
						</Link>
					))}
					{entry.links.length === 0 && entry.target}
				</span>
				<span className="text-sm text-ink-2 [overflow-wrap:anywhere] max-md:hidden">{entry.actor}</span>
				<button
					type="button"
					aria-expanded={open}
					aria-controls={exactId}
					onClick={() => setOpen(!open)}
					className="-my-1 grid size-8 place-items-center self-start rounded-md text-ink-3 hover:bg-sunken hover:text-ink max-md:-mr-2"
				>
					<ChevronRight className={classNames('size-4 transition-transform duration-100', open && 'rotate-90')} aria-hidden />
					<span className="sr-only">{`Exact entry ${entry.seq}`}</span>
				</button>
			</div>
			<div id={exactId} hidden={!open} className="mt-2 mb-1 grid gap-2 md:ml-14">
				<pre className="whitespace-pre-wrap rounded-md border border-line bg-sunken px-3 py-2 leading-[1.6] [overflow-wrap:anywhere]">
					{entry.exact}
				</pre>
				<p className="flex flex-wrap items-center gap-x-4 gap-y-1.5 text-sm text-ink-2">
					<span className="inline-flex items-center gap-1.5">
						Hash <Copyable value={entry.hash} shown={`${entry.hash.slice(0, 16)}…`} label={`hash of entry ${entry.seq}`} />
					</span>
					<span className="inline-flex items-center gap-1.5">
						After <Copyable value={entry.previous} shown={`${entry.previous.slice(0, 16)}…`} label={`hash before entry ${entry.seq}`} />
					</span>
				</p>
			</div>
		</li>
	);
}
