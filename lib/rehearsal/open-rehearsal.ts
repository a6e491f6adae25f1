import { changeName } from '#lib/domain/change.ts';
import type { RecordSubject } from '#lib/domain/record.ts';
import type { PartBegun, RehearsalPart } from '#lib/domain/rehearsed/parts.ts';
import type { RehearsalReport } from '#lib/domain/rehearsed/rehearsal.ts';
import { rehearsalPlace } from '#lib/domain/target/rehearsal-place.ts';
import type { Target } from '#lib/domain/target/target.ts';
import type { Plan } from '#lib/gates/gate.ts';
import { PLANNED_REVISION, planOf } from '#lib/run/owner/plan-of-revision.ts';
import type { Store } from '#lib/store/client.ts';
import { findTarget } from '#lib/targets/find-target.ts';
import type { Targets } from '#lib/targets/load-targets.ts';

/** A rehearsal, as its owner holds it. */
export type OpenRehearsal = {
	id: string;
	fence: number;
	/** How many workers ended in the middle of it. */
	crashes: number;
	store: Store;
	target: Target;
	/** Where the copies are made: the target, or a server of its own for rehearsals. */
	place: Target;
	plan: Plan;
	subject: RecordSubject;
	/** What has been seen so far. */
	report: RehearsalReport;
	/** The part that it is at; what is told belongs to it. */
	part: RehearsalPart;
	/** When it came to each part. */
	parts: PartBegun[];
	/** Whether its dump stays, to be used again: not before it was restored once. */
	keepsDump: boolean;
	signal: AbortSignal;
	/** Ends the rehearsal: its work rejects with this reason. */
	abort: (why: Error) => void;
};

type OpenInput = { store: Store; targets: Targets; id: string; fence: number; crashes: number };

/** Reads a rehearsal and what was filed for it. Throws when the target is no longer defined. */
export async function openRehearsal({ store, targets, id, fence, crashes }: OpenInput): Promise<OpenRehearsal> {
	const row = await store.rehearsal.findUniqueOrThrow({
		where: { id },
		include: { revision: { include: { ...PLANNED_REVISION.include, change: { select: { number: true, title: true } } } } },
	});
	const { revision, changeId } = row;
	const target = findTarget(targets, row.target);
	const change = changeName(revision.change.number);
	const aborts = new AbortController();
	return {
		id,
		fence,
		crashes,
		store,
		target,
		place: rehearsalPlace(target),
		plan: planOf({ changeId, change, title: revision.change.title, revision }),
		subject: { change, changeId, revision: revision.number, target: target.name },
		report: emptyReport({ digest: row.digest, target: target.name }),
		part: 'backup',
		parts: [],
		keepsDump: false,
		signal: aborts.signal,
		abort: (why) => aborts.abort(why),
	};
}

/** Nothing was seen yet. */
export function emptyReport({ digest, target }: { digest: string; target: string }): RehearsalReport {
	return {
		v: 1,
		digest,
		target,
		server: '',
		fingerprintBefore: null,
		fingerprintAfter: null,
		backup: null,
		restore: null,
		transaction: null,
		statements: [],
		locks: [],
		notices: [],
		checks: [],
		catalog: [],
		rows: null,
		visible: null,
		plans: null,
		restoreAgain: null,
		left: { statements: 0, locks: 0, notices: 0, catalog: 0, rows: 0, visible: 0 },
	};
}
