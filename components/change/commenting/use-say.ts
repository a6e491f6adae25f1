'use client';

import { startTransition, useActionState } from 'react';
import { answerOr, UNANSWERED } from '#components/ui/form/unanswered.ts';

/** What an action answered: done, or why nothing was stored. */
export type Said = { ok: true } | { ok: false; refusal: { message: string; errorId: string | null; fields: Record<string, string> } };
export type SayAction = (form: FormData) => Promise<Said>;

/** Runs an action, never twice at once. The page shows by itself what came of it; `onDone` closes what is open. */
export function useSay(action: SayAction, onDone: () => void = () => undefined) {
	const [said, submit, isPending] = useActionState(async (_before: Said | null, form: FormData) => {
		const answer = await answerOr<Said>(action(form), { ok: false, refusal: { message: UNANSWERED, errorId: null, fields: {} } });
		if (answer.ok) onDone();
		return answer;
	}, null);
	return {
		refusal: said && !said.ok ? said.refusal : null,
		isPending,
		say: (form: FormData) => {
			if (!isPending) startTransition(() => submit(form));
		},
	};
}
