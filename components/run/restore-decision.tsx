'use client';

import { Circle, CircleCheck } from 'lucide-react';
import type { ReactNode } from 'react';
import { TextInput } from '#components/ui/field.tsx';
import { Notice } from '#components/ui/notice.tsx';
import { SubmitButton } from '#components/ui/submit-button.tsx';
import { Time } from '#components/ui/time.tsx';
import type { Failure, RestorePrice } from '#lib/domain/run.ts';
import { FailureLink } from './failure-link.tsx';
import { PriceTable, priceWords } from './price-table.tsx';
import { type FormAction, useRunForm } from './use-run-form.ts';

export type Seat = {
	capacity: 'operator' | 'dba';
	title: string;
	confirmed: { name: string; at: string } | null;
	/** True when the person who looks may give this word; else why not. */
	allowed: true | string;
};
export type Decision = {
	runId: string;
	failure: Failure | null;
	price: RestorePrice | null;
	/** A database that needs only to be put in the live one's place; null when the dump must be restored first. */
	replacement: string | null;
	hasMaintenanceMode: boolean;
	seats: Seat[];
	/** True when the person who looks may ask again and measure; else why not. */
	mayDecide: true | string;
};
type Actions = { confirm: FormAction; askAgain: FormAction; measure: FormAction };

/** Committed, and the smoke tests did not pass: ask them again, or confirm the restore at its price. */
export function RestoreDecision({ decision, actions }: { decision: Decision; actions: Actions }) {
	const { failure, price } = decision;
	return (
		<section aria-labelledby="decision" className="panel overflow-hidden">
			<header className="bg-wait-soft px-4 py-3">
				<h2 id="decision" className="text-lg font-semibold text-wait">
					A decision is needed: keep the change, or put the backup back
				</h2>
				<p className="prose mt-1">
					{failure ? (
						<>
							{failure.message} <FailureLink code={failure.code} />
						</>
					) : (
						'The smoke tests did not pass after COMMIT.'
					)}
				</p>
				<p className="prose mt-1 text-sm text-ink-2">
					The change is committed{decision.hasMaintenanceMode && ' and maintenance mode stays on'}. Nothing happens until somebody decides.
				</p>
			</header>
			<div className="grid divide-line max-2xl:divide-y 2xl:grid-cols-[2fr_3fr] 2xl:divide-x">
				<AskAgain decision={decision} action={actions.askAgain} />
				<div className="grid content-start gap-3 p-4">
					<div>
						<h3 className="font-semibold">Put the backup back</h3>
						<p className="prose mt-1 text-sm text-ink-2">
							{decision.replacement === null
								? 'It is restored next to the live database, which takes a while, and compared with the state before the change. Only then are sessions ended and the two swapped by renaming.'
								: `It stands ready beside the live database, as ${decision.replacement}, and was compared with the state before the change. Sessions are ended and the two are swapped by renaming: it takes a moment, however large they are.`}{' '}
							The failed database is kept.
						</p>
					</div>
					<Price decision={decision} action={actions.measure} />
					{price && <PriceTable price={price} />}
					<Seats decision={decision} action={actions.confirm} />
				</div>
			</div>
		</section>
	);
}

function AskAgain({ decision, action }: { decision: Decision; action: FormAction }) {
	return (
		<div className="grid content-start gap-3 p-4">
			<div>
				<h3 className="font-semibold">Ask the smoke tests again</h3>
				<p className="prose mt-1 text-sm text-ink-2">
					Once you have fixed what made them fail. Nothing is written. If they pass, the run succeeds. Confirmations given so far no longer
					count.
				</p>
			</div>
			<RunForm runId={decision.runId} action={action}>
				{decision.mayDecide === true ? (
					<SubmitButton kind="secondary" pendingLabel="Asking…">
						Ask the smoke tests again
					</SubmitButton>
				) : (
					<p className="text-sm text-ink-2">{decision.mayDecide}</p>
				)}
			</RunForm>
		</div>
	);
}

function Price({ decision, action }: { decision: Decision; action: FormAction }) {
	const { price } = decision;
	return (
		<div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
			<div>
				<p className={`font-semibold ${price && price.rows === 0 ? 'text-ink' : 'text-fail'}`}>
					{price ? priceWords(price) : 'The price is not known: what was written since the backup could not be measured'}
				</p>
				<p className="text-sm text-ink-2">
					{price ? (
						<>
							Measured at <Time at={price.measuredAt} />
						</>
					) : (
						'It cannot be confirmed before it is measured.'
					)}
				</p>
			</div>
			{decision.mayDecide === true && (
				<RunForm runId={decision.runId} action={action}>
					<SubmitButton kind="secondary" size="small" pendingLabel="Measuring…">
						{price ? 'Measure again' : 'Measure it'}
					</SubmitButton>
				</RunForm>
			)}
		</div>
	);
}

/** Two people must confirm. */
function Seats({ decision, action }: { decision: Decision; action: FormAction }) {
	return (
		<ul className="divide-y divide-line rounded-lg border border-line">
			{decision.seats.map((seat) => (
				<li key={seat.capacity} className="grid gap-2 p-3">
					<p className="flex items-center gap-2 font-medium">
						{seat.confirmed ? (
							<CircleCheck className="size-4 flex-none text-done" aria-hidden />
						) : (
							<Circle className="size-4 flex-none text-ink-3" aria-hidden />
						)}
						{seat.title}
					</p>
					<SeatBody seat={seat} decision={decision} action={action} />
				</li>
			))}
		</ul>
	);
}

function SeatBody({ seat, decision, action }: { seat: Seat; decision: Decision; action: FormAction }) {
	if (seat.confirmed)
		return (
			<p className="text-sm text-ink-2">
				{seat.confirmed.name} confirmed at <Time at={seat.confirmed.at} />
			</p>
		);
	if (seat.allowed !== true) return <p className="text-sm text-ink-2">Not confirmed yet. {seat.allowed}</p>;
	if (!decision.price) return <p className="text-sm text-ink-2">Measure the price first.</p>;
	return (
		<RunForm runId={decision.runId} action={action}>
			<input type="hidden" name="capacity" value={seat.capacity} />
			<input type="hidden" name="rows" value={decision.price.rows} />
			<div className="flex flex-wrap items-end gap-2">
				<TextInput
					id={`password-${seat.capacity}`}
					name="password"
					type="password"
					label="Your password"
					autoComplete="current-password"
					required
					className="min-w-40 flex-1"
				/>
				<SubmitButton kind="danger" size="field" pendingLabel="Confirming…" className="max-sm:w-full">
					{`Confirm restore as ${seat.title}`}
				</SubmitButton>
			</div>
		</RunForm>
	);
}

function RunForm({ runId, action, children }: { runId: string; action: FormAction; children: ReactNode }) {
	const [state, submit] = useRunForm(action);
	return (
		<form action={submit}>
			<input type="hidden" name="runId" value={runId} />
			{children}
			{state.error && (
				<div className="mt-2">
					<Notice tone="fail" title={state.error} announce />
				</div>
			)}
			<p role="status" className="sr-only">
				{state.done}
			</p>
		</form>
	);
}
