'use client';

import { useActionState } from 'react';
import { answerOr, UNANSWERED } from '#components/ui/unanswered.ts';

/** What a form's action answered: why not, or what was done. */
export type FormState = { error: string | null; done: string | null };
export type FormAction = (before: FormState, form: FormData) => Promise<FormState>;

/** A form of the run's page: what it was answered last, and how it is sent. */
export function useRunForm(action: FormAction): [FormState, (form: FormData) => void] {
	const [state, submit] = useActionState(
		(before: FormState, form: FormData) => answerOr(action(before, form), { error: UNANSWERED, done: null }),
		{ error: null, done: null },
	);
	return [state, submit];
}
