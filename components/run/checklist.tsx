'use client';

import { Circle, CircleCheck, CircleMinus, CircleX, Gauge } from 'lucide-react';
import { SubmitButton } from '#components/ui/form/submit-button.tsx';
import { Notice } from '#components/ui/notice.tsx';
import { Tag } from '#components/ui/tag.tsx';
import { Time } from '#components/ui/time/time.tsx';
import { CHECKLIST_STATE_TITLE, CHECKLIST_STATES, type ChecklistState } from '#lib/domain/checklist.ts';
import { type FormAction, useRunForm } from './use-run-form.ts';

export type ChecklistRow = {
	item: string;
	title: string;
	needsNote: boolean;
	/** Null where nothing can measure it. */
	measured: { state: 'passed' | 'failed' | 'unknown'; words: string } | null;
	/** `by` null: a measurement alone, kept when the change was closed. */
	tick: { by: string | null; at: string; state: ChecklistState; note: string } | null;
};

type Props = {
	changeId: string;
	runId: string;
	rows: ChecklistRow[];
	/** "Restored", once the change is closed. */
	closedAs: string | null;
	mayTick: true | string;
	tick: FormAction;
	close: FormAction;
};

/** The post-execution checklist: what measurements say of each point, and what people say where these say nothing, or that it failed. */
export function Checklist({ changeId, runId, rows, closedAs, mayTick, tick, close }: Props) {
	const [state, submit] = useRunForm(tick);
	const isOpen = (row: ChecklistRow) => !row.tick && row.measured?.state !== 'passed';
	const left = rows.filter(isOpen).length;
	return (
		<section aria-labelledby="checklist" className="mt-7 scroll-mt-20">
			<div className="mb-2 flex flex-wrap items-baseline justify-between gap-x-4">
				<h2 id="checklist" className="text-lg font-semibold tracking-[-0.01em]">
					Post-execution checklist
				</h2>
				<p className="text-sm text-ink-2">
					{closedAs !== null
						? `Complete. The change is closed as ${closedAs.toLowerCase()}.`
						: `${rows.length - left} of ${rows.length} answered; the last answer closes the change.`}
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
					<li
						key={row.item}
						className="grid grid-cols-[minmax(0,1fr)] gap-x-4 gap-y-2 px-3.5 py-2.5 lg:grid-cols-[minmax(0,1fr)_minmax(0,auto)] lg:items-center"
					>
						<Point row={row} />
						{row.tick ? (
							<Answer tick={row.tick} />
						) : (
							closedAs === null && mayTick === true && <AnswerForm changeId={changeId} runId={runId} row={row} submit={submit} />
						)}
					</li>
				))}
			</ul>
			{closedAs === null && left === 0 && mayTick === true && <Close changeId={changeId} runId={runId} close={close} />}
			{mayTick !== true && left > 0 && <p className="mt-2 text-sm text-ink-2">{mayTick}</p>}
		</section>
	);
}

const LOOK = {
	passed: { icon: CircleCheck, ink: 'text-done' },
	failed: { icon: CircleX, ink: 'text-fail' },
	not_applicable: { icon: CircleMinus, ink: 'text-ink-3' },
	open: { icon: Circle, ink: 'text-ink-3' },
};

function Point({ row }: { row: ChecklistRow }) {
	const { measured, tick } = row;
	const state = tick?.state ?? (measured && measured.state !== 'unknown' ? measured.state : 'open');
	const { icon: Icon, ink } = LOOK[state];
	const said = state === 'open' ? 'not answered' : CHECKLIST_STATE_TITLE[state].toLowerCase();
	return (
		<span className="flex min-w-0 items-start gap-2.5">
			<Icon className={`mt-0.5 size-4 flex-none ${ink}`} aria-hidden />
			<span className="min-w-0 [overflow-wrap:anywhere]">
				<span className="font-medium">{row.title}</span>
				<span className="sr-only">: {said}</span>
				{measured ? (
					<span className={`flex gap-1.5 text-sm ${measured.state === 'failed' ? 'text-fail' : 'text-ink-2'}`}>
						<Gauge className="mt-[3px] size-3.5 flex-none" aria-hidden />
						<span>
							{MEASURED_WORD[measured.state]}: {measured.words}
						</span>
					</span>
				) : (
					!tick && <span className="block text-sm text-ink-2">Nothing measures this. Check it yourself.</span>
				)}
			</span>
		</span>
	);
}

const MEASURED_WORD = { passed: 'Measured', failed: 'Measured, and it failed', unknown: 'Not measured' };
const TONE = { passed: 'done', failed: 'fail', not_applicable: 'neutral' } as const;

function Answer({ tick }: { tick: NonNullable<ChecklistRow['tick']> }) {
	return (
		<span className="text-sm text-ink-2 max-sm:[&_time]:whitespace-normal max-lg:pl-6.5 lg:max-w-md lg:text-right">
			<Tag tone={TONE[tick.state]}>{CHECKLIST_STATE_TITLE[tick.state]}</Tag> {tick.by ?? 'By measurement'} · <Time at={tick.at} />
			{tick.note && <span className="mt-0.5 block text-ink [overflow-wrap:anywhere]">“{tick.note}”</span>}
		</span>
	);
}

/** A measurement that passed needs no answer; it can be contradicted, but never the other way round. */
function AnswerForm({
	changeId,
	runId,
	row,
	submit,
}: {
	changeId: string;
	runId: string;
	row: ChecklistRow;
	submit: (form: FormData) => void;
}) {
	const isPassed = row.measured?.state === 'passed';
	const states = CHECKLIST_STATES.filter((state) => state !== 'passed' || (!isPassed && row.measured?.state !== 'failed'));
	const isNeeded = isPassed || row.needsNote || row.measured !== null;
	const form = (
		<form action={submit} className="flex flex-wrap gap-2 max-lg:pl-6.5" data-print="hide">
			<input type="hidden" name="changeId" value={changeId} />
			<input type="hidden" name="runId" value={runId} />
			<input type="hidden" name="item" value={row.item} />
			<input
				name="note"
				aria-label={`Note on: ${row.title}`}
				placeholder={isNeeded ? 'Note (needed)' : 'Note (needed unless passed)'}
				maxLength={1000}
				className="h-[34px] w-56 min-w-0 flex-1 rounded-md border border-field-line bg-panel px-2.5 max-sm:h-11 max-sm:basis-full max-sm:text-[16px]"
			/>
			{states.map((state) => (
				<SubmitButton
					key={state}
					name="state"
					value={state}
					kind="secondary"
					pendingLabel="…"
					aria-label={`${CHECKLIST_STATE_TITLE[state]}: ${row.title}`}
					className="max-sm:h-11 max-sm:flex-1"
				>
					{CHECKLIST_STATE_TITLE[state]}
				</SubmitButton>
			))}
		</form>
	);
	if (!isPassed) return form;
	return (
		<details className="text-sm max-lg:pl-6.5 lg:text-right" data-print="hide">
			<summary className="inline w-fit rounded-sm text-accent">Say otherwise</summary>
			<div className="mt-2 max-lg:-ml-6.5">{form}</div>
		</details>
	);
}

function Close({ changeId, runId, close }: { changeId: string; runId: string; close: FormAction }) {
	const [state, submit] = useRunForm(close);
	return (
		<form action={submit} className="mt-3 grid justify-items-start gap-2" data-print="hide">
			<input type="hidden" name="changeId" value={changeId} />
			<input type="hidden" name="runId" value={runId} />
			{state.error && <Notice tone="fail" title={state.error} announce />}
			<SubmitButton pendingLabel="Closing…" className="max-sm:h-11 max-sm:w-full">
				Close the change
			</SubmitButton>
		</form>
	);
}
