import type { Actor } from '#lib/access/actor.ts';
import { mayExecute } from '#lib/access/policy.ts';
import { lockChange } from '#lib/change/lock-change.ts';
import { contentOf, flawOfStored, flawOfWindow } from '#lib/change/signed-bytes.ts';
import { changeName, EXECUTABLE, STATUS_TITLE } from '#lib/domain/change.ts';
import { seatsOf } from '#lib/domain/statement.ts';
import type { Target } from '#lib/domain/target/target.ts';
import { Refusal, type Result } from '#lib/errors.ts';
import { readHardStops } from '#lib/gates/hard-stops.ts';
import { appendRecord } from '#lib/record/append-record.ts';
import { attempt } from '#lib/record/attempt.ts';
import { expireChange } from '#lib/signatures/expire-changes.ts';
import { missingFromQuorum, readQuorum, signersOf } from '#lib/signatures/quorum.ts';
import { flawOfRoute } from '#lib/staging/flaw-of-route.ts';
import type { Store, StoreTransaction } from '#lib/store/client.ts';
import { isUniqueViolation } from '#lib/store/is-unique-violation.ts';
import type { EnqueueRun } from '#lib/store/queue.ts';
import { findTarget } from '#lib/targets/find-target.ts';
import type { Targets } from '#lib/targets/load-targets.ts';

export type ExecuteInput = {
	store: Store;
	targets: Targets;
	actor: Actor;
	changeId: string;
	digest: string;
	enqueue: EnqueueRun;
	/** The armed start that is due; left out when the operator pressed Execute. */
	armedStart?: string;
};

/**
 * The operator clicks Execute: one transaction locks the change, checks that it is the digest they saw, that the quorum and the hard
 * stops about people are met over the stored bytes, moves approved → running, and puts the run into the queue. One of two clicks wins.
 */
export function executeChange(input: ExecuteInput): Promise<Result<{ runId: string; number: number }>> {
	return attempt({ ...input, act: 'execute a change', about: input }, async () => {
		await expireChange(input.store, input.changeId);
		try {
			return await input.store.$transaction((tx) => claim(tx, input));
		} catch (error) {
			if (isUniqueViolation(error))
				throw new Refusal('conflict', 'Another run is under way on this target. Only one run per target at a time.');
			throw error;
		}
	});
}

async function claim(
	tx: StoreTransaction,
	{ targets, actor, changeId, digest, enqueue, armedStart }: ExecuteInput,
): Promise<{ runId: string; number: number }> {
	const now = new Date();
	const change = await lockChange(tx, changeId);
	const name = changeName(change.number);
	const target = findTarget(targets, change.target);
	const revision = await tx.revision.findUniqueOrThrow({
		where: { changeId_number: { changeId, number: change.currentRevision } },
		include: { files: { orderBy: { position: 'asc' } } },
	});
	const ask = { changeId, revisionId: revision.id, digest: revision.digest, seats: seatsOf(contentOf(revision)), target, now };
	const seats = await readQuorum(tx, ask);
	const allowed = mayExecute(actor, { requesterId: change.requesterId, signers: signersOf(seats), target });
	if (allowed !== true) throw new Refusal('forbidden', allowed);
	await refuseLostRole(tx, actor);
	if (digest !== revision.digest) throw new Refusal('conflict', `${name} has been revised since you read it.`);
	if (!EXECUTABLE.includes(change.status))
		throw new Refusal('conflict', `${name} cannot be executed: ${STATUS_TITLE[change.status].toLowerCase()}.`);
	const missing = missingFromQuorum(seats);
	if (missing.length > 0) throw new Refusal('conflict', `${name} has no quorum: ${missing.join('; ')}.`);
	refuseOtherBytes(revision, target);
	const flaw = await flawOfRoute({ tx, targets, target, content: contentOf(revision) });
	if (flaw) throw new Refusal('conflict', `The signatures are void: ${flaw}.`);
	const unmet = (await readHardStops(tx, ask)).filter((stop) => stop.state === 'not met');
	if (unmet.length > 0)
		throw new Refusal('conflict', `A hard stop is not met: ${unmet.map((stop) => `${stop.title} (${stop.evidence})`).join('; ')}.`);

	const earlier = await tx.run.count({ where: { changeId } });
	const run = await tx.run.create({
		data: {
			changeId,
			number: earlier + 1,
			revisionId: revision.id,
			digest,
			target: target.name,
			operatorId: actor.id,
			requesterId: change.requesterId,
			truth: { kind: 'nothing_committed' },
		},
		select: { id: true, number: true },
	});
	const { count } = await tx.change.updateMany({ where: { id: changeId, status: change.status }, data: { status: 'running' } });
	if (count !== 1) throw new Refusal('conflict', `${name} has changed in the meantime. Reload the page.`);
	// Whoever is first starts it: the press, or the time.
	const armed = await tx.armedStart.updateMany({ where: { changeId, endedAt: null }, data: { endedAt: now, endedHow: 'started' } });
	if (armedStart && armed.count !== 1) throw new Refusal('conflict', `The start of ${name} was disarmed at the same moment.`);
	await appendRecord(tx, {
		kind: 'run.claimed',
		actor: { id: actor.id, name: actor.name },
		subject: { change: name, changeId, revision: revision.number, runId: run.id, target: target.name },
		data: { run: run.number, digest, ...(armedStart ? { armedStart } : {}), signatures: seats.map((s) => s.signature?.hash ?? null) },
	});
	await enqueue(tx, run.id);
	return { runId: run.id, number: run.number };
}

/** Reads the role again: the session's copy may be a minute old. */
async function refuseLostRole(tx: StoreTransaction, actor: Actor): Promise<void> {
	const held = await tx.personRole.count({ where: { personId: actor.id, role: 'operator', person: { active: true } } });
	if (held === 0) throw new Refusal('forbidden', 'You do not have the role Operator.');
}

/** The signatures must be for these bytes and for the target's present window. */
function refuseOtherBytes(
	revision: { files: { path: string; bytes: Uint8Array }[]; manifest: Uint8Array; content: Uint8Array; digest: string },
	target: Target,
): void {
	const files = revision.files.map((file) => ({ path: file.path, bytes: Buffer.from(file.bytes) }));
	const stored = { files, manifest: Buffer.from(revision.manifest), content: Buffer.from(revision.content), digest: revision.digest };
	const flaw = flawOfStored(stored) ?? flawOfWindow(stored, target);
	if (flaw) throw new Refusal('conflict', `The signatures are void: ${flaw}.`);
}
