import type { StoredRevision } from '#lib/change/signed-bytes.ts';
import type { BundleFile, Manifest } from '#lib/domain/bundle/manifest.ts';
import type { Failure, JournalEvent } from '#lib/domain/run.ts';
import type { Target, TargetIdentity } from '#lib/domain/target/target.ts';

/** What was signed, read back from its stored bytes. */
export type Plan = {
	changeId: string;
	/** The change's name: CHG-12. */
	change: string;
	title: string;
	revision: number;
	digest: string;
	manifest: Manifest;
	files: BundleFile[];
	identity: TargetIdentity;
	/** Catalog fingerprint of the target when the revision was filed. */
	baseline: string;
	/** The revision's stored bytes, to compare with what was signed. */
	stored: StoredRevision;
	signers: { seat: string; name: string }[];
};

/** What a gate may use. `tell` appends to the journal of its step. */
export type GateContext = { runId: string; target: Target; plan: Plan; tell: (event: JournalEvent) => void; signal: AbortSignal };

/** A step that passed: words for the page, facts for the record, and the value for the next steps. */
export type Passed<T> = { summary: string; evidence?: Record<string, unknown>; value: T };

/** A failed step, with everything that people read about it. Anything else that a step throws counts as failed too. */
export class StepFailed extends Error {
	readonly failure: Failure;

	constructor(failure: Failure, options?: ErrorOptions) {
		super(failure.message, options);
		this.name = 'StepFailed';
		this.failure = failure;
	}
}
