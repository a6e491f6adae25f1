import { confirmPassword } from '#lib/access/confirm-password.ts';
import { ROLE_TITLE } from '#lib/domain/roles.ts';
import { Refusal, type Result } from '#lib/errors.ts';
import { attempt } from '#lib/record/attempt.ts';
import { decide } from './decide.ts';
import type { DecisionInput } from './sign-change.ts';

/** The person whose turn it is refuses, with a reason; the change goes back to the requester, who may revise or withdraw it. */
export function refuseChange(input: DecisionInput & { reason: string }): Promise<Result<null>> {
	return attempt({ ...input, act: `refuse as ${ROLE_TITLE[input.seat]}`, about: input }, async () => {
		const reason = input.reason.trim();
		if (reason === '') throw new Refusal('invalid', 'Give a reason: the requester needs it to correct the change.');
		const factor = await confirmPassword(input);
		await input.store.$transaction((tx) => decide(tx, { ...input, factor, decision: 'refuse', reason }));
		return null;
	});
}
