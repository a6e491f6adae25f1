import type { Actor } from '#lib/access/actor.ts';
import { confirmPassword } from '#lib/access/confirm-password.ts';
import { ROLE_TITLE } from '#lib/domain/roles.ts';
import { Refusal, type Result } from '#lib/errors.ts';
import { attempt } from '#lib/record/attempt.ts';
import type { Store, StoreTransaction } from '#lib/store/client.ts';
import { isUniqueViolation } from '#lib/store/is-unique-violation.ts';
import type { EnqueueRun } from '#lib/store/queue.ts';

/** What the operator and the Database Administrator each confirm about a run that waits: two people, in two capacities. */
export type Confirmation = {
	store: Store;
	actor: Actor;
	runId: string;
	capacity: 'operator' | 'dba';
	/** The digest of what the person saw: anything else is another decision. */
	price: string;
	password: string;
	address: string;
	enqueue: EnqueueRun;
};

/** Asks for the password and runs `confirm` in one transaction. `act` goes on with "as Operator". */
export function confirmAsOneOfTwo<T>(
	input: Confirmation,
	{ act, confirm }: { act: string; confirm: (tx: StoreTransaction) => Promise<T> },
): Promise<Result<T>> {
	return attempt({ ...input, act: `${act} as ${ROLE_TITLE[input.capacity]}`, about: input }, async () => {
		await confirmPassword(input);
		try {
			return await input.store.$transaction(confirm);
		} catch (error) {
			if (!isUniqueViolation(error)) throw error;
			throw new Refusal(
				'conflict',
				'This is already confirmed in this capacity, or you have confirmed in the other one: two people must confirm.',
			);
		}
	});
}
