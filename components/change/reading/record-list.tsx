import Link from 'next/link';
import { Time } from '#components/ui/time/time.tsx';

type Entry = { seq: string; at: string; title: string; actor: string; detail: string };

/** The record's entries about one change, newest first. */
export function RecordList({ entries, olderHref }: { entries: Entry[]; olderHref: string | null }) {
	return (
		<>
			<ol className="panel divide-y divide-line">
				{entries.map((entry) => (
					<li key={entry.seq} className="flex flex-wrap items-baseline gap-x-3 gap-y-0.5 px-3.5 py-2">
						<span className="mono min-w-[5ch] text-right text-ink-3">{entry.seq}</span>
						<span className="min-w-0 flex-1 basis-64 [overflow-wrap:anywhere]">
							<span className="font-medium">{entry.title}</span>
							{entry.detail && <span className="text-ink-2"> · {entry.detail}</span>}
						</span>
						<span className="text-sm">{entry.actor === 'system' ? 'The console' : entry.actor}</span>
						<span className="text-sm text-ink-2">
							<Time at={entry.at} />
						</span>
					</li>
				))}
			</ol>
			{olderHref && (
				<p className="mt-3">
					<Link href={olderHref} className="text-accent hover:underline">
						Older entries
					</Link>
				</p>
			)}
		</>
	);
}
