import { readManifest } from '#lib/bundle/read-manifest.ts';
import { changeName } from '#lib/domain/change.ts';
import type { RecordSubject } from '#lib/domain/record.ts';
import type { Truth } from '#lib/domain/run.ts';
import type { Target } from '#lib/domain/target.ts';
import type { Plan } from '#lib/gates/gate.ts';
import type { TargetClient } from '#lib/postgres/connection/connect.ts';
import type { Store } from '#lib/store/client.ts';
import { findTarget } from '#lib/targets/find-target.ts';
import type { Targets } from '#lib/targets/load-targets.ts';
import type { Watch } from '#lib/watch/watch.ts';
import { type AbortSwitch, makeAbortSwitch } from './abort-switch.ts';
import { type Journal, openJournal } from './journal.ts';
import { mustLetGo } from './let-go.ts';

/** A run in the hands of its owner. */
export type OpenRun = {
	runId: string;
	fence: number;
	store: Store;
	target: Target;
	plan: Plan;
	journal: Journal;
	subject: RecordSubject;
	operator: string;
	truth: Truth;
	/** Catalog fingerprint before anything was done; null until the claim has read it. */
	fingerprintBefore: string | null;
	/** The connection that holds the target's lock. */
	lock: TargetClient | null;
	/** Begun with the claim; null when nothing is watched. */
	watch: Watch | null;
	/** Stops the run; every long step heeds its signal. */
	aborts: AbortSwitch;
	readonly signal: AbortSignal;
};

/** `fence`: the one that its owner was given. The row may say another by now, and that is another owner's. */
type OpenInput = { store: Store; targets: Targets; runId: string; fence: number };

/** Reads a claimed run and what was signed for it, and takes the digest again over the stored bytes: they are what will be run. */
export async function openRun({ store, targets, runId, fence }: OpenInput): Promise<OpenRun> {
	const row = await store.run.findUniqueOrThrow({
		where: { id: runId },
		include: {
			change: { select: { number: true, title: true } },
			operator: { select: { name: true } },
			revision: {
				include: {
					files: { orderBy: { position: 'asc' } },
					signatures: { where: { revokedAt: null, decision: 'approve' }, include: { signer: { select: { name: true } } } },
				},
			},
		},
	});
	const { revision } = row;
	const target = findTarget(targets, row.target);
	const change = changeName(row.change.number);
	const files = revision.files.map((file) => ({ path: file.path, phase: file.phase, bytes: Buffer.from(file.bytes) }));
	const { manifest, findings } = readManifest(Buffer.from(revision.manifest));
	if (!manifest) throw new Error(`the stored manifest of ${change} cannot be read: ${findings[0]?.message}`);
	const aborts = makeAbortSwitch(mustLetGo);
	return {
		runId,
		fence,
		store,
		target,
		journal: await openJournal({ store, runId, fence }),
		subject: { change, changeId: row.changeId, revision: revision.number, runId, target: target.name },
		operator: row.operator.name,
		truth: row.truth as Truth,
		fingerprintBefore: row.fingerprintBefore,
		lock: null,
		watch: null,
		aborts,
		get signal() {
			return aborts.signal;
		},
		plan: {
			changeId: row.changeId,
			change,
			title: row.change.title,
			revision: revision.number,
			digest: row.digest,
			manifest,
			files,
			identity: { systemIdentifier: revision.systemIdentifier, databaseOid: revision.databaseOid },
			baseline: revision.baseline,
			stored: { files, manifest: Buffer.from(revision.manifest), content: Buffer.from(revision.content), digest: row.digest },
			signers: revision.signatures.map((s) => ({ seat: s.seat, name: s.signer.name })),
		},
	};
}
