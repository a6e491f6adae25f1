'use client';

import { SubmitButton } from '#components/ui/form/submit-button.tsx';
import { Time } from '#components/ui/time/time.tsx';
import { isNothing, type RestorePrice } from '#lib/domain/restore-price.ts';
import type { Failure } from '#lib/domain/run.ts';
import { priceWords } from '#lib/domain/wording/price-words.ts';
import { PasswordAndButton, RunForm, type Seat, SeatList } from './decision-seats.tsx';
import { FailureLink } from './failure-link.tsx';
import { KeepChange, type KeepOffer } from './keep-change.tsx';
import { PriceTable } from './price-table.tsx';
import type { FormAction } from './use-run-form.ts';

export type Decision = {
	runId: string;
	failure: Failure | null;
	price: RestorePrice | null;
	/** A restored database that only needs to be swapped in; null when the dump must be restored first. */
	replacement: string | null;
	hasMaintenanceMode: boolean;
	seats: Seat[];
	/** True when this person may run the tests again and measure; else why not. */
	mayDecide: true | string;
	keep: KeepOffer;
};
type Actions = { confirm: FormAction; askAgain: FormAction; measure: FormAction; keep: FormAction };

/** Committed, but the smoke tests failed. Three ways: run them again, keep the change as it is, or confirm the restore at its price. */
export function RestoreDecision({ decision, actions }: { decision: Decision; actions: Actions }) {
	const { failure, price } = decision;
	return (
		<section aria-labelledby="decision" className="panel overflow-hidden">
			<header className="bg-wait-soft px-4 py-3">
				<h2 id="decision" className="text-lg font-semibold text-wait">
					A decision is needed: keep the change, or restore the backup
				</h2>
				<p className="prose mt-1">
					{failure ? (
						<>
							{failure.message} <FailureLink code={failure.code} />
						</>
					) : (
						'The smoke tests failed after COMMIT.'
					)}
				</p>
				<p className="prose mt-1 text-sm text-ink-2">
					The change is committed{decision.hasMaintenanceMode && ' and maintenance mode stays on'}. Nothing happens until somebody decides.
				</p>
			</header>
			<div className="grid divide-line max-2xl:divide-y 2xl:grid-cols-[2fr_3fr] 2xl:divide-x">
				<div className="grid content-start divide-y divide-line">
					<AskAgain decision={decision} action={actions.askAgain} />
					<KeepChange offer={decision.keep} runId={decision.runId} hasMaintenanceMode={decision.hasMaintenanceMode} action={actions.keep} />
				</div>
				<section aria-labelledby="restore" className="grid content-start gap-3 p-4">
					<div>
						<h3 id="restore" className="font-semibold">
							Restore the backup
						</h3>
						<p className="prose mt-1 text-sm text-ink-2">
							{decision.replacement === null
								? 'The backup is restored next to the live database, which takes a while, and compared with the state before the change. Only then are sessions ended and the two databases swapped by renaming.'
								: `It is ready beside the live database, as ${decision.replacement}, and was compared with the state before the change. Sessions are ended and the two databases are swapped by renaming: this takes a moment, however large they are.`}{' '}
							The failed database is kept.
						</p>
					</div>
					<Price decision={decision} action={actions.measure} />
					{price?.known && <PriceTable price={price} />}
					<Seats decision={decision} action={actions.confirm} />
				</section>
			</div>
		</section>
	);
}

function AskAgain({ decision, action }: { decision: Decision; action: FormAction }) {
	return (
		<div className="grid content-start gap-3 p-4">
			<div>
				<h3 className="font-semibold">Run the smoke tests again</h3>
				<p className="prose mt-1 text-sm text-ink-2">
					Do this when you have fixed what made them fail. Nothing is written. If they pass, the run succeeds. Confirmations so far no
					longer count.
				</p>
			</div>
			<RunForm runId={decision.runId} action={action}>
				{decision.mayDecide === true ? (
					<SubmitButton kind="secondary" pendingLabel="Starting…">
						Run the smoke tests again
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
				<p className={`font-semibold ${price && isNothing(price) ? 'text-ink' : 'text-fail'}`}>
					{price ? priceWords(price) : 'The price has not been measured'}
				</p>
				<p className="text-sm text-ink-2">
					{price ? (
						<>
							{price.known ? 'Measured at' : 'It may be confirmed as unknown. Tried at'} <Time at={price.measuredAt} />
						</>
					) : (
						'The restore cannot be confirmed before its price is measured.'
					)}
				</p>
			</div>
			{decision.mayDecide === true && (
				<RunForm runId={decision.runId} action={action}>
					<SubmitButton kind="secondary" size="small" pendingLabel="Measuring…">
						{price ? 'Measure again' : 'Measure now'}
					</SubmitButton>
				</RunForm>
			)}
		</div>
	);
}

/** Two people must confirm. */
function Seats({ decision, action }: { decision: Decision; action: FormAction }) {
	return (
		<SeatList seats={decision.seats}>
			{(seat) =>
				decision.price?.digest ? (
					<RunForm runId={decision.runId} action={action}>
						<input type="hidden" name="capacity" value={seat.capacity} />
						<input type="hidden" name="price" value={decision.price.digest} />
						<PasswordAndButton id={`password-${seat.capacity}`} label={`Confirm restore as ${seat.title}`} />
					</RunForm>
				) : (
					<p className="text-sm text-ink-2">Measure the price first.</p>
				)
			}
		</SeatList>
	);
}
