import type { ChangeStatus } from '#lib/domain/change.ts';
import { Refusal } from '#lib/errors.ts';
import type { StoreTransaction } from '#lib/store/client.ts';

export type LockedChange = {
	id: string;
	number: number;
	title: string;
	target: string;
	requesterId: string;
	status: ChangeStatus;
	currentRevision: number;
};

/** Locks the change until the transaction ends, and reads it. Decisions made before the lock must be checked again on this row. */
export async function lockChange(tx: StoreTransaction, changeId: string): Promise<LockedChange> {
	const rows = await tx.$queryRaw<LockedChange[]>`
		select id, number, title, target, requester_id as "requesterId", status, current_revision as "currentRevision"
		from change where id = ${changeId}::uuid for update`;
	const [change] = rows;
	if (!change) throw new Refusal('not_found', 'This change does not exist.');
	return change;
}
