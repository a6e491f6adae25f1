'use client';

import { TextInput } from '#components/ui/form/field.tsx';
import { SubmitButton } from '#components/ui/form/submit-button.tsx';
import { Notice } from '#components/ui/notice.tsx';
import { type FormAction, useRunForm } from './use-run-form.ts';

export type Kept = { runId: string; name: string; mayRemove: true | string };

/** The failed database that a restore kept: its name, and how to remove it when nobody needs it any more. */
export function KeptDatabase({ kept, action }: { kept: Kept; action: FormAction }) {
	const [state, submit] = useRunForm(action);
	return (
		<section aria-labelledby="kept-database" className="panel mt-4 p-4">
			<h2 id="kept-database" className="font-semibold">
				The failed database is kept
			</h2>
			<p className="prose mt-1 text-ink-2">
				It is beside the live one as <code className="[overflow-wrap:anywhere]">{kept.name}</code>, closed to connections, and takes as much
				room as before.
			</p>
			{kept.mayRemove === true ? (
				<form action={submit} className="mt-3 flex flex-wrap items-end gap-2">
					<input type="hidden" name="runId" value={kept.runId} />
					<TextInput id="remove-password" name="password" type="password" label="Your password" autoComplete="current-password" required />
					<SubmitButton kind="danger" size="field" pendingLabel="Removing…">
						Remove it permanently
					</SubmitButton>
				</form>
			) : (
				<p className="mt-2 text-sm text-ink-2">{kept.mayRemove}</p>
			)}
			{state.error && <Notice tone="fail" title={state.error} announce />}
			<p role="status" className="sr-only">
				{state.done}
			</p>
		</section>
	);
}
