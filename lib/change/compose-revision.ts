import { createHash } from 'node:crypto';
import { checkBundle } from '#lib/bundle/check-bundle.ts';
import { defaultManifest } from '#lib/bundle/default-manifest.ts';
import { revisionContent, revisionDigest } from '#lib/bundle/revision-digest.ts';
import { countWords } from '#lib/domain/count-words.ts';
import type { BundleFile, Manifest } from '#lib/domain/manifest.ts';
import type { Target } from '#lib/domain/target.ts';
import { Refusal } from '#lib/errors.ts';
import type { StoreTransaction } from '#lib/store/client.ts';
import { readTargetState, type TargetState } from '#lib/targets/read-target-state.ts';
import { withTargetGrammar } from '#lib/targets/target-grammar.ts';
import { checkTargetNeeds } from './check-target-needs.ts';
import type { ChangeRequest, FiledBundle } from './request-input.ts';

/** All that one immutable revision is made of, checked, before it is stored. */
export type ComposedRevision = {
	request: ChangeRequest;
	manifestBytes: Buffer;
	manifest: Manifest;
	files: BundleFile[];
	statementCount: number;
	state: TargetState;
	content: Buffer;
	digest: string;
};

/**
 * Checks a bundle as filed and takes its digest. Throws a Refusal with all findings at once when the bundle is not right,
 * and one when the target does not answer, because the digest covers the state of its catalog.
 */
export async function composeRevision(filed: { request: ChangeRequest; bundle: FiledBundle; target: Target }): Promise<ComposedRevision> {
	const { request, bundle, target } = filed;
	const manifestBytes = bundle.manifest ?? defaultManifest(bundle.files.map((file) => file.path));
	const checked = await withTargetGrammar(target, (grammar) => checkBundle({ files: bundle.files, manifest: manifestBytes, grammar }));
	const findings = [...checked.findings, ...checkTargetNeeds(manifestBytes, target)];
	if (findings.length > 0 || !checked.manifest) {
		const things = countWords(findings.length, 'thing');
		throw new Refusal('invalid', `The bundle is refused: ${things} to put right. Nothing was stored.`, findings);
	}
	const state = await readTargetState(target);
	const content = revisionContent({
		request: {
			title: request.title,
			reason: request.reason,
			why_not_staging: request.whyNotStaging,
			risk: request.risk,
			responders: [...request.responders].sort(),
		},
		files: checked.files.map((file) => ({ path: file.path, bytes: file.bytes })),
		manifest: manifestBytes,
		target: { name: target.name, ...state.identity },
		baseline: state.fingerprint,
		window: target.window,
	});
	const { bytes, digest } = revisionDigest(content);
	return {
		request,
		manifestBytes,
		manifest: checked.manifest,
		files: checked.files,
		statementCount: checked.statementCount,
		state,
		content: bytes,
		digest,
	};
}

/** Stores a composed revision under its number. Its rows are never changed afterwards: the console's role may not. */
export async function storeRevision(
	tx: StoreTransaction,
	stored: { changeId: string; number: number; revision: ComposedRevision },
): Promise<void> {
	const { changeId, number, revision } = stored;
	const { id } = await tx.revision.create({
		data: {
			changeId,
			number,
			title: revision.request.title,
			reason: revision.request.reason,
			whyNotStaging: revision.request.whyNotStaging,
			risk: revision.request.risk,
			manifest: new Uint8Array(revision.manifestBytes),
			content: new Uint8Array(revision.content),
			digest: revision.digest,
			systemIdentifier: revision.state.identity.systemIdentifier,
			databaseOid: revision.state.identity.databaseOid,
			baseline: revision.state.fingerprint,
			statementCount: revision.statementCount,
		},
		select: { id: true },
	});
	await tx.revisionFile.createMany({
		data: revision.files.map((file, position) => ({
			revisionId: id,
			position,
			path: file.path,
			phase: file.phase,
			bytes: new Uint8Array(file.bytes),
			sha256: createHash('sha256').update(file.bytes).digest('hex'),
		})),
	});
	await tx.responder.createMany({ data: revision.request.responders.map((personId) => ({ revisionId: id, personId })) });
}
