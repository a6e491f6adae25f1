'use client';

import { Circle, CircleCheck } from 'lucide-react';
import { Notice } from '#components/ui/notice.tsx';
import { SubmitButton } from '#components/ui/submit-button.tsx';
import { Time } from '#components/ui/time.tsx';
import { type FormAction, useRunForm } from './use-run-form.ts';

export type ChecklistRow = {
	item: string;
	title: string;
	evidence: string | null;
	tick: { by: string; at: string; note: string } | null;
};

type ChecklistProps = { changeId: string; runId: string; rows: ChecklistRow[]; mayTick: true | string; tick: FormAction };

/** The post-execution checklist: what the run knows beside each item, a note of one's own, and who ticked it. */
export function Checklist({ changeId, runId, rows, mayTick, tick }: ChecklistProps) {
	const [state, submit] = useRunForm(tick);
	const left = rows.filter((row) => !row.tick).length;
	return (
		<section aria-labelledby="checklist" className="mt-7 scroll-mt-20">
			<div className="mb-2 flex flex-wrap items-baseline justify-between gap-x-4">
				<h2 id="checklist" className="text-lg font-semibold tracking-[-0.01em]">
					Post-execution checklist
				</h2>
				<p className="text-sm text-ink-2">
					{left === 0
						? 'Complete. The change is closed.'
						: `${rows.length - left} of ${rows.length} ticked; the last one closes the change.`}
				</p>
			</div>
			{state.error && (
				<div className="mb-2">
					<Notice tone="fail" title={state.error} announce />
				</div>
			)}
			<p role="status" className="sr-only">
				{state.done}
			</p>
			<ul className="panel divide-y divide-line">
				{rows.map((row) => (
					<li key={row.item} className="flex flex-wrap items-center gap-x-3 gap-y-1.5 px-3.5 py-2">
						<span className="flex min-w-0 flex-1 basis-72 items-start gap-2.5">
							{row.tick ? (
								<CircleCheck className="mt-0.5 size-4 flex-none text-done" aria-hidden />
							) : (
								<Circle className="mt-0.5 size-4 flex-none text-ink-3" aria-hidden />
							)}
							<span className="min-w-0">
								<span className="font-medium">{row.title}</span>
								{row.tick && <span className="sr-only">, ticked</span>}
								<span className="block text-sm text-ink-2 [overflow-wrap:anywhere]">
									{row.evidence ?? 'The run cannot know this; look for yourself.'}
								</span>
							</span>
						</span>
						{row.tick && (
							<span className="text-sm text-ink-2 max-sm:pl-6.5">
								{row.tick.by} · <Time at={row.tick.at} />
								{row.tick.note && <span className="block text-ink [overflow-wrap:anywhere]">{row.tick.note}</span>}
							</span>
						)}
						{!row.tick && mayTick === true && (
							<form action={submit} className="flex gap-2 max-sm:w-full max-sm:pl-6.5" data-print="hide">
								<input type="hidden" name="changeId" value={changeId} />
								<input type="hidden" name="runId" value={runId} />
								<input type="hidden" name="item" value={row.item} />
								<input
									name="note"
									aria-label={`Note on: ${row.title}`}
									placeholder="Note, if any"
									maxLength={1000}
									className="h-[34px] w-56 min-w-0 flex-1 rounded-md border border-field-line bg-panel px-2.5 max-sm:text-[16px]"
								/>
								<SubmitButton kind="secondary" pendingLabel="Ticking…" aria-label={`Tick: ${row.title}`}>
									Tick
								</SubmitButton>
							</form>
						)}
					</li>
				))}
			</ul>
			{mayTick !== true && left > 0 && <p className="mt-2 text-sm text-ink-2">{mayTick}</p>}
		</section>
	);
}
