'use client';

import { useState } from 'react';
import { trySignIn } from '#components/shell/try-sign-in.ts';
import { Dialog } from '#components/ui/dialog.tsx';
import { Button } from '#components/ui/form/button.tsx';
import { TextInput } from '#components/ui/form/field.tsx';
import { SubmitButton } from '#components/ui/form/submit-button.tsx';
import { Notice } from '#components/ui/notice.tsx';
import type { RunStatus, Truth } from '#lib/domain/run.ts';
import { type FormAction, type FormState, useRunForm } from './use-run-form.ts';

/** `email`: of whoever looks, for when their session has ended meanwhile. */
export type Abort = { action: FormAction; email: string };

/** Abort, always within reach while a run can be aborted: the first click says what it would do now, the second does it. */
export function AbortButton({ runId, truth, status, abort }: { runId: string; truth: Truth; status: RunStatus; abort: Abort }) {
	const [open, setOpen] = useState(false);
	const [state, submit] = useRunForm((before, form) => signInAndAbort(abort, before, form));
	return (
		<>
			<Button kind="danger" onClick={() => setOpen(true)} className="max-sm:h-11">
				Abort…
			</Button>
			<Dialog open={open && state.done === null} onClose={() => setOpen(false)} title="Abort this run?">
				<form action={submit} className="grid gap-3">
					<p className="prose">{whatItDoes(truth, status)}</p>
					<input type="hidden" name="runId" value={runId} />
					<TextInput id="abort-reason" name="reason" label="Why (for the record)" maxLength={500} />
					{state.error && <Notice tone="fail" title={state.error} announce />}
					{state.isSignedOut && (
						<>
							<input type="text" autoComplete="username" defaultValue={abort.email} hidden readOnly />
							<TextInput
								id="abort-password"
								name="password"
								type="password"
								label={`Password of ${abort.email}`}
								hint="Signs you in again and aborts the run at once."
								autoComplete="current-password"
								required
							/>
						</>
					)}
					<div className="flex justify-end gap-2">
						<Button onClick={() => setOpen(false)} className="max-sm:h-11">
							Let it run
						</Button>
						<SubmitButton kind="danger" pendingLabel="Aborting…" className="max-sm:h-11">
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

/** Aborts; where the session had ended, with the password that was asked for in its place. */
async function signInAndAbort({ action, email }: Abort, before: FormState, form: FormData): Promise<FormState> {
	if (!before.isSignedOut) return action(before, form);
	const error = await trySignIn({ email, password: String(form.get('password')) });
	form.delete('password');
	return error === null ? action(before, form) : { error, done: null, isSignedOut: true };
}

function whatItDoes(truth: Truth, status: RunStatus): string {
	if (status === 'restoring')
		return 'The restore stops and the live database stays as it is. Once the renames have begun, they are finished.';
	if (truth.kind === 'checking')
		return 'COMMIT has been sent: it is too late to roll back. The page will show in a moment whether it happened.';
	if (truth.kind === 'committed')
		return 'The change is committed and stays committed. The run stops here, maintenance mode stays on, and a restore is offered with its price.';
	return 'The run is cancelled and rolled back. Nothing has been committed, and nothing is lost.';
}
