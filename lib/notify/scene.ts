import type { Signer } from '#lib/access/policy.ts';
import { contentOf } from '#lib/change/signed-bytes.ts';
import { type ChangeStatus, changeName } from '#lib/domain/change.ts';
import type { Role, Seat } from '#lib/domain/roles.ts';
import { seatsOf } from '#lib/domain/statement.ts';
import { describeWindow } from '#lib/domain/target/window.ts';
import type { ParsedEntry } from '#lib/record/parse-entry.ts';
import type { StoreTransaction } from '#lib/store/client.ts';
import type { Targets } from '#lib/targets/load-targets.ts';

export type ScenePerson = { id: string; name: string; email: string; roles: Role[] };

/** All that is needed to know whom an entry concerns, and what to tell them. */
export type Scene = {
	entry: Pick<ParsedEntry, 'kind' | 'at' | 'actor' | 'data'>;
	change: { name: string; number: number; title: string; status: ChangeStatus; requesterId: string };
	/** Whether the entry speaks of the revision that the change has now. */
	isCurrent: boolean;
	revision: number;
	/** `window` in words; null where the targets file no longer knows the target. */
	target: { name: string; window: string | null; operatorMaySign: boolean; rehearsalRequired: boolean };
	/** Everybody who can still sign in. */
	people: ScenePerson[];
	/** Who must sign the revision, in this order. */
	seats: readonly Seat[];
	signers: Signer[];
	responderIds: string[];
	run: { id: string; number: number; operatorId: string; status: string } | null;
};

/** Reads what is around an entry, as it is now. Null when the entry is about no change. */
export async function readScene(tx: StoreTransaction, { entry, targets }: { entry: ParsedEntry; targets: Targets }): Promise<Scene | null> {
	const { changeId, runId } = entry.subject;
	if (!changeId) return null;
	const change = await tx.change.findUniqueOrThrow({
		where: { id: changeId },
		select: { number: true, title: true, status: true, requesterId: true, target: true, currentRevision: true },
	});
	const number = entry.subject.revision ?? change.currentRevision;
	const revision = await tx.revision.findUniqueOrThrow({
		where: { changeId_number: { changeId, number } },
		select: {
			content: true,
			responders: { select: { personId: true } },
			signatures: { where: { decision: 'approve', revokedAt: null }, select: { seat: true, signerId: true } },
		},
	});
	const people = await tx.person.findMany({
		where: { active: true },
		select: { id: true, name: true, email: true, roles: { select: { role: true } } },
		orderBy: [{ name: 'asc' }, { id: 'asc' }],
	});
	const run = runId
		? await tx.run.findUniqueOrThrow({ where: { id: runId }, select: { id: true, number: true, operatorId: true, status: true } })
		: null;
	const target = targets.byName.get(change.target);
	return {
		entry,
		change: { ...change, name: changeName(change.number), status: change.status as ChangeStatus },
		isCurrent: number === change.currentRevision,
		revision: number,
		target: {
			name: change.target,
			window: target ? describeWindow(target.window) : null,
			operatorMaySign: target?.operatorMaySign ?? true,
			rehearsalRequired: target?.rehearsal.required ?? false,
		},
		people: people.map(({ roles, ...person }) => ({ ...person, roles: roles.map(({ role }) => role as Role) })),
		seats: seatsOf(contentOf(revision)),
		signers: revision.signatures.map(({ seat, signerId }) => ({ seat: seat as Signer['seat'], personId: signerId })),
		responderIds: revision.responders.map(({ personId }) => personId),
		run,
	};
}
