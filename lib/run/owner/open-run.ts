import { changeName } from '#lib/domain/change.ts';
import type { RecordSubject } from '#lib/domain/record.ts';
import type { Truth } from '#lib/domain/run.ts';
import type { Target } from '#lib/domain/target/target.ts';
import type { Plan } from '#lib/gates/gate.ts';
import type { TargetClient } from '#lib/postgres/connection/connect.ts';
import type { Store } from '#lib/store/client.ts';
import { findTarget } from '#lib/targets/find-target.ts';
import type { Targets } from '#lib/targets/load-targets.ts';
import type { Watch } from '#lib/watch/watch.ts';
import { type AbortSwitch, makeAbortSwitch } from './abort-switch.ts';
import { type Journal, openJournal } from './journal.ts';
import { mustLetGo } from './let-go.ts';
import { PLANNED_REVISION, planOf } from './plan-of-revision.ts';
import { type RehearsedTimes, readRehearsedTimes } from './rehearsed-times.ts';

/** A run, as its owner holds it. */
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
	/** The catalog fingerprint before the run; null until the claim has read it. */
	fingerprintBefore: string | null;
	/** How long it took when it was rehearsed; null where it was not. */
	rehearsed: RehearsedTimes | null;
	/** The connection with the target's lock. */
	lock: TargetClient | null;
	/** Started with the claim; null when nothing is watched. */
	watch: Watch | null;
	/** Stops the run; every long step reacts to its signal. */
	aborts: AbortSwitch;
	readonly signal: AbortSignal;
};

/** `fence`: the one that this owner got. If the row has another by now, the run has another owner. */
type OpenInput = { store: Store; targets: Targets; runId: string; fence: number };

/** Reads a claimed run and what was signed for it, and computes the digest of the stored bytes again: those bytes will run. */
export async function openRun({ store, targets, runId, fence }: OpenInput): Promise<OpenRun> {
	const row = await store.run.findUniqueOrThrow({
		where: { id: runId },
		include: {
			change: { select: { number: true, title: true } },
			operator: { select: { name: true } },
			revision: PLANNED_REVISION,
		},
	});
	const { revision } = row;
	const target = findTarget(targets, row.target);
	const change = changeName(row.change.number);
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
		rehearsed: await readRehearsedTimes(store, row.digest),
		lock: null,
		watch: null,
		aborts,
		get signal() {
			return aborts.signal;
		},
		plan: planOf({ changeId: row.changeId, change, title: row.change.title, revision }),
	};
}
