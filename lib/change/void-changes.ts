import { changeName, VOIDABLE } from '#lib/domain/change.ts';
import type { RecordSubject } from '#lib/domain/record.ts';
import type { TargetIdentity } from '#lib/domain/target/target.ts';
import { appendRecord } from '#lib/record/append-record.ts';
import type { StoreTransaction } from '#lib/store/client.ts';

export type VoidedChange = { id: string; number: number; revision: number; target: string };

/**
 * The database that was signed for is not there any more: another stands under the target's name, `identity`. Every open change that was
 * filed for an earlier one goes back to its requester; the row of each stays locked until the transaction ends. What is filed for
 * the one that is there stays as it is. Call it before anything is appended to the record, which is locked last.
 */
export async function voidChanges(
	tx: StoreTransaction,
	{ target, identity }: { target: string; identity: TargetIdentity },
): Promise<VoidedChange[]> {
	const voided = await tx.$queryRaw<VoidedChange[]>`
		select c.id, c.number, c.current_revision as revision, c.target
		from change c join revision r on r.change_id = c.id and r.number = c.current_revision
		where c.target = ${target} and c.status = any (${[...VOIDABLE]})
		  and (r.system_identifier, r.database_oid) <> (${identity.systemIdentifier}, ${identity.databaseOid})
		order by c.number for update of c`;
	await tx.change.updateMany({ where: { id: { in: voided.map(({ id }) => id) } }, data: { status: 'expired' } });
	return voided;
}

/** The record's entry of each; `reason` is what people read on the change's page and in the inbox. */
export async function recordVoided(
	tx: StoreTransaction,
	voided: readonly VoidedChange[],
	why: { reason: string; runId: string },
): Promise<void> {
	for (const { id, number, revision, target } of voided) {
		const subject: RecordSubject = { change: changeName(number), changeId: id, revision, target };
		await appendRecord(tx, { kind: 'change.voided', actor: { id: null, name: 'system' }, subject, data: why });
	}
}
