import { confirmPassword } from '#lib/access/confirm-password.ts';
import { ROLE_TITLE } from '#lib/domain/roles.ts';
import type { Result } from '#lib/errors.ts';
import { appendRecord } from '#lib/record/append-record.ts';
import { attempt } from '#lib/record/attempt.ts';
import type { Store } from '#lib/store/client.ts';
import type { Targets } from '#lib/targets/load-targets.ts';
import { type Decider, decide } from './decide.ts';
import { expireChange } from './expire-changes.ts';

/** The person, the decision, the password (asked again for each decision), and the client's address. */
export type DecisionInput = Decider & { store: Store; targets: Targets; password: string; address: string };

/**
 * Signs one revision in one seat. `digest` is what the signer saw: if the change has changed since, nothing is signed.
 * With the third signature the change is approved.
 */
export function signChange(input: DecisionInput): Promise<Result<{ hash: string; approved: boolean }>> {
	return attempt({ ...input, act: `sign as ${ROLE_TITLE[input.seat]}`, about: input }, async () => {
		const factor = await confirmPassword(input);
		await expireChange(input.store, input.changeId);
		return input.store.$transaction(async (tx) => {
			const { hash, approved, subject } = await decide(tx, { ...input, factor, decision: 'approve' });
			if (approved)
				await appendRecord(tx, { kind: 'change.approved', actor: { id: null, name: 'system' }, subject, data: { digest: input.digest } });
			return { hash, approved };
		});
	});
}
