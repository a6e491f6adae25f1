import type { Actor } from '#lib/access/actor.ts';
import { mayFile, mayStandBy } from '#lib/access/policy.ts';
import { changeName } from '#lib/domain/change.ts';
import type { Role } from '#lib/domain/roles.ts';
import { Refusal, type Result } from '#lib/errors.ts';
import { appendRecord } from '#lib/record/append-record.ts';
import { attempt } from '#lib/record/attempt.ts';
import type { Store, StoreTransaction } from '#lib/store/client.ts';
import { findTarget } from '#lib/targets/find-target.ts';
import type { Targets } from '#lib/targets/load-targets.ts';
import { type ComposedRevision, composeRevision, storeRevision } from './compose-revision.ts';
import type { ChangeRequest, FiledBundle } from './request-input.ts';

/**
 * Files a change: its bundle is checked, its first revision stored and the Database Administrator asked to sign.
 * Refused as a whole, with every finding, when the bundle is not right.
 */
export function requestChange(filing: {
	store: Store;
	targets: Targets;
	actor: Actor;
	request: ChangeRequest;
	bundle: FiledBundle;
}): Promise<Result<{ changeId: string; number: number; digest: string }>> {
	return attempt({ ...filing, act: 'file a change', about: {} }, async () => {
		const { store, targets, actor, request, bundle } = filing;
		const allowed = mayFile(actor);
		if (allowed !== true) throw new Refusal('forbidden', allowed);
		const target = findTarget(targets, request.target);
		const revision = await composeRevision({ request, bundle, target });
		return store.$transaction(async (tx) => {
			await refuseUnfitResponders(tx, request.responders);
			const change = await tx.change.create({
				data: { title: request.title, target: target.name, requesterId: actor.id, status: 'awaiting_dba', currentRevision: 1 },
				select: { id: true, number: true },
			});
			await storeRevision(tx, { changeId: change.id, number: 1, revision });
			await appendRecord(tx, {
				kind: 'change.filed',
				actor: { id: actor.id, name: actor.name },
				subject: { change: changeName(change.number), changeId: change.id, revision: 1, target: target.name },
				data: filedData(revision),
			});
			return { changeId: change.id, number: change.number, digest: revision.digest };
		});
	});
}

/** What the record keeps of a revision as filed: enough to recompute its digest from the files. */
export function filedData(revision: ComposedRevision): Record<string, unknown> {
	return {
		title: revision.request.title,
		digest: revision.digest,
		content: JSON.parse(revision.content.toString('utf8')),
		statements: revision.statementCount,
	};
}

/** Responders are people of this console who can still sign in, and who may say that they stand by. */
export async function refuseUnfitResponders(tx: StoreTransaction, ids: string[]): Promise<void> {
	const people = await tx.person.findMany({
		where: { id: { in: ids }, active: true },
		select: { name: true, roles: { select: { role: true } } },
	});
	if (people.length !== new Set(ids).size)
		throw new Refusal('invalid', 'An incident responder named on this change is not an active person of this console.');
	for (const { name, roles } of people) {
		const allowed = mayStandBy({ roles: roles.map(({ role }) => role as Role) });
		if (allowed !== true) throw new Refusal('invalid', `${name} cannot be an incident responder. ${allowed}`);
	}
}
