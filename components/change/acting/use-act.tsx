'use client';

import { useRouter } from 'next/navigation';
import { startTransition, useActionState } from 'react';
import { answerOr, UNANSWERED } from '#components/ui/form/unanswered.ts';
import { Notice } from '#components/ui/notice.tsx';

/** What an action returned: where to go now, or why nothing was done. */
export type Acted = { ok: true; value: { href: string } } | { ok: false; refusal: { message: string; errorId: string | null } };

/** Runs an action, never twice at once, and then goes where it says. */
export function useAct(action: (form: FormData) => Promise<Acted>) {
	const router = useRouter();
	const [result, submit, isPending] = useActionState(async (_before: Acted | null, form: FormData) => {
		const acted = await answerOr<Acted>(action(form), { ok: false, refusal: { message: UNANSWERED, errorId: null } });
		if (acted.ok) router.push(acted.value.href);
		return acted;
	}, null);
	return {
		refusal: result && !result.ok ? result.refusal : null,
		isPending: isPending || result?.ok === true,
		act: (form: FormData) => {
			if (!isPending) startTransition(() => submit(form));
		},
	};
}

export function RefusalNotice({ refusal }: { refusal: { message: string; errorId: string | null } }) {
	return (
		<Notice tone="fail" title={refusal.message} announce>
			{refusal.errorId && `Error id ${refusal.errorId}`}
		</Notice>
	);
}
