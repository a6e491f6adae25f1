'use client';

import { useState } from 'react';
import { Button } from '#components/ui/button.tsx';
import { Dialog } from '#components/ui/dialog.tsx';
import { TextInput } from '#components/ui/field.tsx';
import { Notice } from '#components/ui/notice.tsx';
import { SubmitButton } from '#components/ui/submit-button.tsx';
import type { RunStatus, Truth } from '#lib/domain/run.ts';
import { type FormAction, useRunForm } from './use-run-form.ts';

/** Abort, always in reach while there is something to abort: a first press says what it would do now, a second does it. */
export function AbortButton({ runId, truth, status, action }: { runId: string; truth: Truth; status: RunStatus; action: FormAction }) {
	const [open, setOpen] = useState(false);
	const [state, submit] = useRunForm(action);
	return (
		<>
			<Button kind="danger" onClick={() => setOpen(true)}>
				Abort…
			</Button>
			<Dialog open={open && state.done === null} onClose={() => setOpen(false)} title="Abort this run?">
				<form action={submit} className="grid gap-3">
					<p className="prose">{whatItDoes(truth, status)}</p>
					<input type="hidden" name="runId" value={runId} />
					<TextInput id="abort-reason" name="reason" label="Why (for the record)" maxLength={500} />
					{state.error && <Notice tone="fail" title={state.error} announce />}
					<div className="flex justify-end gap-2">
						<Button onClick={() => setOpen(false)}>Let it run</Button>
						<SubmitButton kind="danger" pendingLabel="Aborting…">
							Abort the run
						</SubmitButton>
					</div>
				</form>
			</Dialog>
			<p role="status" className="sr-only">
				{state.done}
			</p>
		</>
	);
}

function whatItDoes(truth: Truth, status: RunStatus): string {
	if (status === 'restoring')
		return 'The restore stops and the live database stays as it is. Once the renames have begun, they are finished.';
	if (truth.kind === 'checking') return 'COMMIT has been sent: it is too late to roll back. In a moment the page says what became of it.';
	if (truth.kind === 'committed')
		return 'The change is committed and stays so. What follows stops, maintenance mode stays on, and the restore is offered at its price.';
	return 'What is running is cancelled and rolled back. Nothing has been committed, and nothing is lost.';
}
