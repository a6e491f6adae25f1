import type { StoredRevision } from '#lib/change/signed-bytes.ts';
import type { BundleFile, Manifest } from '#lib/domain/manifest.ts';
import type { Failure, JournalEvent } from '#lib/domain/run.ts';
import type { Target, TargetIdentity } from '#lib/domain/target.ts';

/** What was signed, read back from its stored bytes. */
export type Plan = {
	changeId: string;
	/** As people say it: CHG-12. */
	change: string;
	title: string;
	revision: number;
	digest: string;
	manifest: Manifest;
	files: BundleFile[];
	identity: TargetIdentity;
	/** Catalog fingerprint of the target when the revision was filed. */
	baseline: string;
	/** The revision's bytes as they are stored, to be held against what was signed. */
	stored: StoredRevision;
	signers: { seat: string; name: string }[];
};

/** What a gate may use. `tell` appends to the journal of its step. */
export type GateContext = { runId: string; target: Target; plan: Plan; tell: (event: JournalEvent) => void; signal: AbortSignal };

/** A step that passed: in words for the page, as facts for the record, and the value for the steps that follow. */
export type Passed<T> = { summary: string; evidence?: Record<string, unknown>; value: T };

/** A step that did not pass, with all that people are told about it. Anything else that a step throws counts as failed too. */
export class StepFailed extends Error {
	readonly failure: Failure;

	constructor(failure: Failure, options?: ErrorOptions) {
		super(failure.message, options);
		this.name = 'StepFailed';
		this.failure = failure;
	}
}
