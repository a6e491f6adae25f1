'use client';

import { CheckBox } from '#components/ui/form/check-box.tsx';
import { type KeepPrice, keepPriceWords } from '#lib/domain/keep-price.ts';
import { PasswordAndButton, RunForm, type Seat, SeatList } from './decision-seats.tsx';
import type { FormAction } from './use-run-form.ts';

export type KeepOffer = {
	price: KeepPrice;
	seats: Seat[];
	/** What the first of the two said about maintenance mode; null while nobody has. */
	maintenanceOff: boolean | null;
};

/** The third way: the change stays as it is, although checks fail, by the word of two people. */
export function KeepChange({
	offer,
	runId,
	hasMaintenanceMode,
	action,
}: {
	offer: KeepOffer;
	runId: string;
	hasMaintenanceMode: boolean;
	action: FormAction;
}) {
	const { price, seats, maintenanceOff } = offer;
	return (
		<section aria-labelledby="keep" className="grid content-start gap-3 p-4">
			<div>
				<h3 id="keep" className="font-semibold">
					Keep the change
				</h3>
				<p className="prose mt-1 text-sm text-ink-2">
					Nothing is restored and the run ends as kept with failed checks. The database that stands ready for a restore is removed; the
					backup stays.
				</p>
			</div>
			<p className="font-semibold text-fail [overflow-wrap:anywhere]">{keepPriceWords(price) || price.why}</p>
			{hasMaintenanceMode && maintenanceOff !== null && (
				<p className="text-sm">
					Maintenance mode <strong className="font-semibold">{maintenanceOff ? 'goes off' : 'stays on'}</strong>, says the first of the two.
				</p>
			)}
			<SeatList seats={seats}>
				{(seat) => (
					<RunForm runId={runId} action={action}>
						<input type="hidden" name="capacity" value={seat.capacity} />
						<input type="hidden" name="price" value={price.digest} />
						{maintenanceOff !== null && <input type="hidden" name="maintenanceOff" value={maintenanceOff ? 'on' : ''} />}
						{hasMaintenanceMode && maintenanceOff === null && (
							<div className="mb-2">
								<CheckBox
									id={`maintenance-off-${seat.capacity}`}
									name="maintenanceOff"
									label="Turn maintenance mode off: users can work again"
								/>
							</div>
						)}
						<PasswordAndButton id={`keep-password-${seat.capacity}`} label={`Keep the change as ${seat.title}`} />
					</RunForm>
				)}
			</SeatList>
		</section>
	);
}
