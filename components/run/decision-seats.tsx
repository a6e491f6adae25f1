'use client';

import { Circle, CircleCheck } from 'lucide-react';
import type { ReactNode } from 'react';
import { TextInput } from '#components/ui/form/field.tsx';
import { SubmitButton } from '#components/ui/form/submit-button.tsx';
import { Notice } from '#components/ui/notice.tsx';
import { Time } from '#components/ui/time/time.tsx';
import { type FormAction, useRunForm } from './use-run-form.ts';

export type Seat = {
	capacity: 'operator' | 'dba';
	title: string;
	confirmed: { name: string; at: string } | null;
	/** True when this person may confirm in this capacity; else why not. */
	allowed: true | string;
};

/** The two people who must confirm: who has, who may not and why, and the form for whoever may. */
export function SeatList({ seats, children }: { seats: Seat[]; children: (seat: Seat) => ReactNode }) {
	return (
		<ul className="divide-y divide-line rounded-lg border border-line">
			{seats.map((seat) => (
				<li key={seat.capacity} className="grid gap-2 p-3">
					<p className="flex items-center gap-2 font-medium">
						{seat.confirmed ? (
							<CircleCheck className="size-4 flex-none text-done" aria-hidden />
						) : (
							<Circle className="size-4 flex-none text-ink-3" aria-hidden />
						)}
						{seat.title}
					</p>
					{seat.confirmed && (
						<p className="text-sm text-ink-2">
							{seat.confirmed.name} confirmed at <Time at={seat.confirmed.at} />
						</p>
					)}
					{!seat.confirmed && seat.allowed !== true && <p className="text-sm text-ink-2">Not confirmed yet. {seat.allowed}</p>}
					{!seat.confirmed && seat.allowed === true && children(seat)}
				</li>
			))}
		</ul>
	);
}

export function PasswordAndButton({ id, label }: { id: string; label: string }) {
	return (
		<div className="flex flex-wrap items-end gap-2">
			<TextInput
				id={id}
				name="password"
				type="password"
				label="Your password"
				autoComplete="current-password"
				required
				className="min-w-40 flex-1"
			/>
			<SubmitButton kind="danger" size="field" pendingLabel="Confirming…" className="max-sm:w-full">
				{label}
			</SubmitButton>
		</div>
	);
}

/** A form about one run: what it was refused for stands below it, and what was done is read out. */
export function RunForm({ runId, action, children }: { runId: string; action: FormAction; children: ReactNode }) {
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
