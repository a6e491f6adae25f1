import type { Actor } from '#lib/access/actor.ts';
import { mayFile, mayStandBy } from '#lib/access/policy.ts';
import type { Finding } from '#lib/domain/bundle/finding.ts';
import { changeName, firstStatus } from '#lib/domain/change.ts';
import type { DraftBasis } from '#lib/domain/draft.ts';
import type { Role } from '#lib/domain/roles.ts';
import { Refusal, type Result } from '#lib/errors.ts';
import { appendRecord } from '#lib/record/append-record.ts';
import { attempt } from '#lib/record/attempt.ts';
import { rehearseWhenFiled } from '#lib/rehearsal/ask-rehearsal.ts';
import type { Store, StoreTransaction } from '#lib/store/client.ts';
import { findTarget } from '#lib/targets/find-target.ts';
import type { Targets } from '#lib/targets/load-targets.ts';
import { type ComposedRevision, composeRevision, storeRevision } from './compose-revision.ts';
import { endFiledDraft } from './drafts/end-draft.ts';
import type { ChangeRequest, FiledBundle } from './request-input.ts';

/**
 * Files a change: checks its bundle, stores the first revision and asks the first seat to sign.
 * If the bundle has findings that block, or that must be accepted and are not, the whole change is refused with all of them.
 */
export function requestChange(filing: {
	store: Store;
	targets: Targets;
	actor: Actor;
	request: ChangeRequest;
	bundle: FiledBundle;
	/** The names of the findings that the requester accepts (lib/domain/finding.ts). */
	accepted?: readonly string[];
	/** The requester's draft of it, which ends here. */
	draft?: DraftBasis | null;
}): Promise<Result<{ changeId: string; number: number; digest: string; findings: Finding[] }>> {
	return attempt({ ...filing, act: 'file a change', about: {} }, async () => {
		const { store, targets, actor, request, bundle, accepted = [], draft = null } = filing;
		const allowed = mayFile(actor);
		if (allowed !== true) throw new Refusal('forbidden', allowed);
		const target = findTarget(targets, request.target);
		const revision = await composeRevision({ request, bundle, targets, target, accepted, store });
		return store.$transaction(async (tx) => {
			await refuseUnfitResponders(tx, { responders: request.responders, requesterId: actor.id });
			await endFiledDraft(tx, { actor, changeId: null, draft });
			const change = await tx.change.create({
				data: { title: request.title, target: target.name, requesterId: actor.id, status: firstStatus(target.seats), currentRevision: 1 },
				select: { id: true, number: true },
			});
			await storeRevision(tx, { changeId: change.id, number: 1, revision });
			await rehearseWhenFiled(tx, { changeId: change.id, number: 1, target });
			await appendRecord(tx, {
				kind: 'change.filed',
				actor: { id: actor.id, name: actor.name },
				subject: { change: changeName(change.number), changeId: change.id, revision: 1, target: target.name },
				data: filedData(revision),
			});
			return { changeId: change.id, number: change.number, digest: revision.digest, findings: revision.findings };
		});
	});
}

/** What the record keeps of a filed revision: enough to recompute its digest from the files. */
export function filedData(revision: ComposedRevision): Record<string, unknown> {
	return {
		title: revision.request.title,
		digest: revision.digest,
		content: JSON.parse(revision.content.toString('utf8')),
		statements: revision.statementCount,
	};
}

/** Responders must be active people of this console who may stand by, and not the requester alone. */
export async function refuseUnfitResponders(
	tx: StoreTransaction,
	{ responders, requesterId }: { responders: string[]; requesterId: string },
): Promise<void> {
	const people = await tx.person.findMany({
		where: { id: { in: responders }, active: true },
		select: { name: true, roles: { select: { role: true } } },
	});
	if (people.length !== new Set(responders).size)
		throw new Refusal('invalid', 'An incident responder of this change is not an active person of this console.');
	for (const { name, roles } of people) {
		const allowed = mayStandBy({ roles: roles.map(({ role }) => role as Role) });
		if (allowed !== true) throw new Refusal('invalid', `${name} cannot be an incident responder. ${allowed}`);
	}
	if (responders.every((id) => id === requesterId))
		throw new Refusal('invalid', 'You cannot be the only incident responder of your own change. Name somebody else as well.');
}
