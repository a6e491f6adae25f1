import type { Actor } from '#lib/access/actor.ts';
import { mayExecute } from '#lib/access/policy.ts';
import { readManifest } from '#lib/bundle/read-manifest.ts';
import { contentOf } from '#lib/change/signed-bytes.ts';
import { changeName } from '#lib/domain/change.ts';
import type { Preflight } from '#lib/domain/preflight.ts';
import { seatsOf } from '#lib/domain/statement.ts';
import { Refusal } from '#lib/errors.ts';
import { askPreflight } from '#lib/gates/preflight/ask-preflight.ts';
import { readRehearsedLocks, withRehearsed } from '#lib/gates/preflight/rehearsed-locks.ts';
import { answerWithin } from '#lib/postgres/connection/connect.ts';
import { redact } from '#lib/redact.ts';
import { readQuorum, signersOf } from '#lib/signatures/quorum.ts';
import type { Store } from '#lib/store/client.ts';
import { findTarget } from '#lib/targets/find-target.ts';
import type { Targets } from '#lib/targets/load-targets.ts';
import { readMeasuredTimes } from '#lib/targets/read-measured-times.ts';
import { readPlan } from './revision/read-plan.ts';

type Ask = { store: Store; targets: Targets; actor: Actor; number: number; now: Date };

const ANSWER_MS = 10_000;

/**
 * What would be in the way of a run of this change that began now, for whoever may execute it: sessions of others are shown with the beginning of
 * what they run. Throws a Refusal: no such change, not this person's to execute, or the target does not answer within 10 s.
 */
export async function readPreflight({ store, targets, actor, number, now }: Ask): Promise<Preflight> {
	const change = await store.change.findUnique({
		where: { number },
		select: { id: true, target: true, requesterId: true, currentRevision: true },
	});
	if (!change) throw new Refusal('not_found', `${changeName(number)} does not exist.`);
	const target = findTarget(targets, change.target);
	const { id: changeId, currentRevision: revision } = change;
	const { manifest: bytes, ...signed } = await store.revision.findUniqueOrThrow({
		where: { changeId_number: { changeId, number: revision } },
		select: { id: true, digest: true, manifest: true, content: true },
	});
	const { digest } = signed;
	const quorum = await readQuorum(store, { revisionId: signed.id, digest, seats: seatsOf(contentOf(signed)), now });
	const signers = signersOf(quorum);
	const allowed = mayExecute(actor, { requesterId: change.requesterId, signers, target });
	if (allowed !== true) throw new Refusal('forbidden', allowed);
	const { manifest } = readManifest(Buffer.from(bytes));
	if (!manifest) throw new Refusal('invalid', `The manifest of ${changeName(number)} cannot be read.`);
	const [plan, rehearsed, { dumps }] = await Promise.all([
		readPlan(store, { changeId, revision, database: target.connection.database }),
		readRehearsedLocks(store, digest),
		readMeasuredTimes(store, target.name),
	]);
	try {
		const locks = withRehearsed(plan.needed, rehearsed);
		return await askPreflight({
			target,
			manifest,
			locks,
			dumps,
			applicationName: 'countersign preflight',
			signal: answerWithin(ANSWER_MS),
		});
	} catch (error) {
		const why = redact(error instanceof Error ? error.message : String(error));
		throw new Refusal('unavailable', `${target.name} could not be asked: ${why}`);
	}
}
