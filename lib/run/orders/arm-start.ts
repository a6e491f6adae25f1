import type { Actor } from '#lib/access/actor.ts';
import { mayAbort, mayExecute } from '#lib/access/policy.ts';
import { lockChange } from '#lib/change/lock-change.ts';
import { contentOf } from '#lib/change/signed-bytes.ts';
import { changeName, EXECUTABLE, STATUS_TITLE } from '#lib/domain/change.ts';
import { seatsOf } from '#lib/domain/statement.ts';
import type { Target } from '#lib/domain/target/target.ts';
import { windowAt } from '#lib/domain/target/window.ts';
import { instantWords } from '#lib/domain/wording/instant-words.ts';
import { Refusal, type Result } from '#lib/errors.ts';
import { readRehearsed } from '#lib/gates/rehearsed.ts';
import { appendRecord } from '#lib/record/append-record.ts';
import { attempt } from '#lib/record/attempt.ts';
import { missingFromQuorum, readQuorum, signersOf } from '#lib/signatures/quorum.ts';
import type { Store, StoreTransaction } from '#lib/store/client.ts';
import { isUniqueViolation } from '#lib/store/is-unique-violation.ts';
import { findTarget } from '#lib/targets/find-target.ts';
import type { Targets } from '#lib/targets/load-targets.ts';

/** `at`: a time in the target's window; null: as soon as the window opens next. */
export type ArmInput = { store: Store; targets: Targets; actor: Actor; changeId: string; digest: string; at: Date | null };

/**
 * The operator arms the start of an approved change. What can be known now is asked now: the quorum, that it still holds at that
 * time, and the window. All hard stops are asked again when it starts; it starts only if every one holds then.
 */
export function armStart(input: ArmInput): Promise<Result<{ startsAt: string }>> {
	return attempt({ ...input, act: 'arm the start of a change', about: input }, async () => {
		try {
			return await input.store.$transaction((tx) => arm(tx, input));
		} catch (error) {
			if (isUniqueViolation(error)) throw new Refusal('conflict', 'The start of this change is armed already. Disarm it first.');
			throw error;
		}
	});
}

async function arm(tx: StoreTransaction, { targets, actor, changeId, digest, at }: ArmInput): Promise<{ startsAt: string }> {
	const now = new Date();
	const change = await lockChange(tx, changeId);
	const name = changeName(change.number);
	const target = findTarget(targets, change.target);
	const startsAt = timeInWindow(target, { at, now });
	const revision = await tx.revision.findUniqueOrThrow({
		where: { changeId_number: { changeId, number: change.currentRevision } },
		select: { id: true, digest: true, content: true },
	});
	// As it will be then: a signature that has expired by that time does not count.
	const seats = await readQuorum(tx, {
		revisionId: revision.id,
		digest: revision.digest,
		seats: seatsOf(contentOf(revision)),
		now: startsAt,
	});
	const allowed = mayExecute(actor, { requesterId: change.requesterId, signers: signersOf(seats), target });
	if (allowed !== true) throw new Refusal('forbidden', allowed);
	if (digest !== revision.digest) throw new Refusal('conflict', `${name} has been revised since you read it.`);
	if (!EXECUTABLE.includes(change.status))
		throw new Refusal('conflict', `${name} cannot be executed: ${STATUS_TITLE[change.status].toLowerCase()}.`);
	const missing = missingFromQuorum(seats);
	if (missing.length > 0)
		throw new Refusal('conflict', `${name} would have no quorum at ${instantWords(startsAt.toISOString())}: ${missing.join('; ')}.`);
	await refuseUnrehearsedThen(tx, { name, target, revisionId: revision.id, startsAt });
	await tx.armedStart.create({ data: { changeId, digest, target: target.name, startsAt, operatorId: actor.id } });
	await appendRecord(tx, {
		kind: 'start.armed',
		actor: { id: actor.id, name: actor.name },
		subject: { change: name, changeId, revision: change.currentRevision, target: target.name },
		data: { startsAt: startsAt.toISOString(), digest },
	});
	return { startsAt: startsAt.toISOString() };
}

/** Where a rehearsal shows the way back, it must still do so at that time. */
async function refuseUnrehearsedThen(
	tx: StoreTransaction,
	{ name, target, revisionId, startsAt }: { name: string; target: Target; revisionId: string; startsAt: Date },
): Promise<void> {
	if (target.wayBack !== 'rehearsed') return;
	const read = await readRehearsed(tx, { target, revision: { id: revisionId }, at: startsAt });
	if ('lacking' in read)
		throw new Refusal(
			'conflict',
			`The way back of ${name} would not be shown at ${instantWords(startsAt.toISOString())}: ${read.lacking}.`,
		);
}

function timeInWindow(target: Target, { at, now }: { at: Date | null; now: Date }): Date {
	if (at === null) {
		const state = windowAt(target.window, now);
		if (state.open) throw new Refusal('invalid', 'The window is open now. Execute the change, or name a time.');
		if (!state.opensAt) throw new Refusal('invalid', `The window of ${target.name} does not open again.`);
		return state.opensAt;
	}
	if (at <= now) throw new Refusal('invalid', `${instantWords(at.toISOString())} has passed. Name a later time.`);
	const then = windowAt(target.window, at);
	if (!then.open) throw new Refusal('invalid', `The window of ${target.name} is closed at ${instantWords(at.toISOString())}.`);
	return at;
}

/** Anybody of the team may disarm, as anybody of the team may abort. */
export function disarmStart(input: { store: Store; actor: Actor; changeId: string }): Promise<Result<null>> {
	return attempt({ ...input, act: 'disarm the start of a change', about: input }, () =>
		input.store.$transaction(async (tx) => {
			const { actor, changeId } = input;
			const allowed = mayAbort(actor);
			if (allowed !== true) throw new Refusal('forbidden', allowed);
			const change = await lockChange(tx, changeId);
			const armed = await tx.armedStart.findFirst({ where: { changeId, endedAt: null }, select: { id: true, startsAt: true } });
			if (!armed) throw new Refusal('conflict', `The start of ${changeName(change.number)} is not armed.`);
			await tx.armedStart.update({ where: { id: armed.id }, data: { endedAt: new Date(), endedHow: 'disarmed' } });
			await appendRecord(tx, {
				kind: 'start.disarmed',
				actor: { id: actor.id, name: actor.name },
				subject: { change: changeName(change.number), changeId, revision: change.currentRevision, target: change.target },
				data: { startsAt: armed.startsAt.toISOString() },
			});
			return null;
		}),
	);
}
