'use client';

import { useActionState } from 'react';
import { answerOr, UNANSWERED } from '#components/ui/form/unanswered.ts';

/** What a form's action returned: why it was refused (`isSignedOut`: the session has ended), or what was done. */
export type FormState = { error: string | null; done: string | null; isSignedOut?: boolean };
export type FormAction = (before: FormState, form: FormData) => Promise<FormState>;

/** A form of the run's page: its last answer, and how to send it. */
export function useRunForm(action: FormAction): [FormState, (form: FormData) => void] {
	const [state, submit] = useActionState(
		(before: FormState, form: FormData) => answerOr(action(before, form), { error: UNANSWERED, done: null }),
		{ error: null, done: null },
	);
	return [state, submit];
}
