import { confirmPassword } from '#lib/access/confirm-password.ts';
import { asResult, Refusal, type Result } from '#lib/errors.ts';
import { decide } from './decide.ts';
import type { DecisionInput } from './sign-change.ts';

/** The person whose turn it is refuses, with a reason; the change goes back to the requester, who may revise or withdraw it. */
export function refuseChange(input: DecisionInput & { reason: string }): Promise<Result<null>> {
	return asResult(async () => {
		const reason = input.reason.trim();
		if (reason === '') throw new Refusal('invalid', 'Say why you refuse: the requester needs it to put the change right.');
		const factor = await confirmPassword(input);
		await input.store.$transaction((tx) => decide(tx, { ...input, factor, decision: 'refuse', reason }));
		return null;
	});
}
