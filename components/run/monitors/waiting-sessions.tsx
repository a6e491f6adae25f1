'use client';

import { ChevronDown } from 'lucide-react';
import { useId, useState } from 'react';
import { classNames } from '#components/ui/class-names.ts';
import type { Sample, WaitingSession } from '#lib/domain/watching/sample.ts';
import { span } from './readings.ts';

/** Which session waits for which, waiting ones first. On small screens it opens on demand, so nothing below moves by itself. */
export function WaitingSessions({ waiting }: { waiting: Sample['waiting'] | null }) {
	const [open, setOpen] = useState(false);
	const listId = useId();
	const tree = waiting?.tree ?? [];
	const summary = !waiting
		? '–'
		: tree.length === 0
			? 'nobody'
			: `${tree.length}${waiting.count > tree.length ? ` of ${waiting.count}` : ''}`;
	return (
		<section aria-label="Who waits for whom" className="panel px-3 py-2 text-sm">
			<h3 className="flex items-center justify-between gap-2">
				<span className="font-medium text-ink-2">Waiting for locks</span>
				<span className="flex items-center gap-2">
					<span className={tree.length > 0 ? 'text-wait' : 'text-ink-3'}>{summary}</span>
					<button
						type="button"
						aria-expanded={open}
						aria-controls={listId}
						aria-label={open ? 'Hide who waits' : 'Show who waits'}
						className="grid size-6 place-items-center rounded-md text-ink-2 xl:hidden"
						onClick={() => setOpen(!open)}
					>
						<ChevronDown className={classNames('size-4', open && 'rotate-180')} aria-hidden />
					</button>
				</span>
			</h3>
			<div id={listId} className={classNames('print:block', !open && 'max-xl:hidden')}>
				{tree.length === 0 ? (
					<p className="text-ink-3">{waiting ? 'No session waits for a lock.' : 'No sample yet.'}</p>
				) : (
					<ul className="mt-1 grid max-h-[320px] grid-cols-1 gap-2 overflow-y-auto">
						{tree.map((session) => (
							<WaitingRow key={session.pid} session={session} tree={tree} runPids={waiting?.runPids ?? []} />
						))}
					</ul>
				)}
			</div>
		</section>
	);
}

type RowProps = { session: WaitingSession; tree: readonly WaitingSession[]; runPids: readonly number[] };

function WaitingRow({ session, tree, runPids }: RowProps) {
	const isRun = runPids.includes(session.pid);
	const blockers = session.blockedBy.map((pid) => blockerName(pid, { tree, runPids }));
	return (
		<li className="border-l-2 border-wait pl-2">
			<p className="[overflow-wrap:anywhere]">
				<span className="font-medium">{isRun ? 'This run' : `pid ${session.pid}`}</span>
				{!isRun && ` ${session.user}${session.application ? ` (${session.application})` : ''}`}
				<span className="float-right pl-2 font-medium text-wait">{span(session.waitedMs)}</span>
			</p>
			<p className="text-ink-2 [overflow-wrap:anywhere]">
				{`${session.mode.replace(/Lock$/, '')} on ${session.relation ?? 'no table'}, behind ${blockers.join(' and ') || 'a session that has just released it'}`}
			</p>
			<p className="truncate mono text-ink-3" title={session.query}>
				{session.query}
			</p>
		</li>
	);
}

function blockerName(pid: number, { tree, runPids }: Omit<RowProps, 'session'>): string {
	if (pid === 0) return 'a prepared transaction';
	if (runPids.includes(pid)) return 'this run';
	return tree.some((waiting) => waiting.pid === pid) ? `pid ${pid}, which is waiting too` : `pid ${pid}`;
}
