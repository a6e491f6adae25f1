import { changeName } from '#lib/domain/change.ts';
import type { RecordSubject } from '#lib/domain/record.ts';
import { asResult, type Result } from '#lib/errors.ts';
import type { Store, StoreTransaction } from '#lib/store/client.ts';
import { appendRecord } from './append-record.ts';

/** Who tries to do what, in the record's words ("sign as Chairman"), to which change or run. */
export type Attempt = {
	store: Store;
	actor: { id: string; name: string; sessionId: string };
	act: string;
	about: { changeId?: string; runId?: string };
	/** The client's address, when the password was asked again. */
	address?: string;
};

/**
 * Runs a person's request, like `asResult`. A request that the person may not make leaves an entry in the record,
 * in a separate transaction, because the request's own transaction was rolled back.
 */
export async function attempt<T>({ store, actor, act, about, address }: Attempt, work: () => Promise<T>): Promise<Result<T>> {
	const result = await asResult(work);
	if (result.ok || result.refusal.code !== 'forbidden') return result;
	const reason = result.refusal.message;
	await store.$transaction(async (tx) =>
		appendRecord(tx, {
			kind: 'act.refused',
			actor: { id: actor.id, name: actor.name },
			subject: await subjectOf(tx, about),
			data: { act, reason, session: actor.sessionId, ...(address ? { address } : {}) },
		}),
	);
	return result;
}

async function subjectOf(tx: StoreTransaction, { changeId, runId }: Attempt['about']): Promise<RecordSubject> {
	if (!runId && !changeId) return {};
	const change = await tx.change.findFirst({
		where: runId ? { runs: { some: { id: runId } } } : { id: changeId },
		select: { id: true, number: true, currentRevision: true, target: true },
	});
	if (!change) return {};
	const { id, number, currentRevision, target } = change;
	return { change: changeName(number), changeId: id, revision: currentRevision, target, ...(runId ? { runId } : {}) };
}
