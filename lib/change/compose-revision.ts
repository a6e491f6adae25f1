import { createHash } from 'node:crypto';
import { checkBundle } from '#lib/bundle/check-bundle.ts';
import type { OnParsed } from '#lib/bundle/check-file.ts';
import { defaultManifest } from '#lib/bundle/default-manifest.ts';
import { bundleContent, revisionContent, revisionDigest } from '#lib/bundle/revision-digest.ts';
import { type Finding, findingName } from '#lib/domain/bundle/finding.ts';
import type { BundleFile, Manifest } from '#lib/domain/bundle/manifest.ts';
import type { Route } from '#lib/domain/route.ts';
import type { Target } from '#lib/domain/target/target.ts';
import { countWords } from '#lib/domain/wording/count-words.ts';
import { Refusal } from '#lib/errors.ts';
import { packCatalog } from '#lib/gates/baseline.ts';
import { raiseSeverities } from '#lib/review/raise-severities.ts';
import { beginReview } from '#lib/review/review-bundle.ts';
import { routeFor } from '#lib/staging/route-for.ts';
import type { Store, StoreTransaction } from '#lib/store/client.ts';
import type { Targets } from '#lib/targets/load-targets.ts';
import { readTargetState, type TargetState } from '#lib/targets/read-target-state.ts';
import { withTargetGrammar } from '#lib/targets/target-grammar.ts';
import { checkRoles } from './check-roles.ts';
import { checkTargetNeeds } from './check-target-needs.ts';
import { checkWayBack } from './check-way-back.ts';
import { readSecondsPerGb } from './read-seconds-per-gb.ts';
import type { ChangeRequest, FiledBundle } from './request-input.ts';
import { readWayBackActs } from './way-back-acts.ts';

/** The fewest characters that say why. */
const MIN_REASON = 10;

/** The checked contents of one immutable revision, before it is stored. */
export type ComposedRevision = {
	request: ChangeRequest;
	manifestBytes: Buffer;
	manifest: Manifest;
	files: BundleFile[];
	statementCount: number;
	state: TargetState;
	/** What the review found: all that had to be accepted was. */
	findings: Finding[];
	content: Buffer;
	digest: string;
};

/**
 * Checks a bundle as filed and computes its digest. Throws a Refusal with all findings when one of them blocks or is not accepted,
 * and one when the target does not answer, because the digest covers the state of its catalog.
 */
export async function composeRevision(filed: {
	request: ChangeRequest;
	bundle: FiledBundle;
	targets: Targets;
	target: Target;
	/** The names of the findings that the requester accepts. */
	accepted: readonly string[];
	store: Store;
}): Promise<ComposedRevision> {
	const { bundle, targets, target, accepted, store } = filed;
	const manifestBytes = bundle.manifest ?? defaultManifest(bundle.files.map((file) => file.path));
	const review = beginReview({ target, secondsPerGb: await readSecondsPerGb(store, target.name) });
	const wayBack = readWayBackActs();
	const onParsed: OnParsed = (statement, at) => {
		review.read(statement, at);
		wayBack.read(statement, at);
	};
	const checked = await withTargetGrammar(target, (grammar) =>
		checkBundle({ files: bundle.files, manifest: manifestBytes, grammar, onParsed }),
	);
	const findings = [...checked.findings, ...checkTargetNeeds(manifestBytes, target)];
	const blocking = findings.filter(({ severity }) => severity === 'blocks').length;
	if (blocking > 0 || !checked.manifest) throw refused(findings, blocking);
	const route = await routeFor({ store, targets, target, bundle: bundleContent({ files: checked.files, manifest: manifestBytes }) });
	const request = withItsReason(filed.request, route);
	const state = await readTargetState(target);
	const unusable = await checkRoles({ target, manifest: manifestBytes, files: checked.files });
	if (unusable.length > 0) throw refused(unusable);
	const inTheWay = await checkWayBack({ target, acts: wayBack.acts, standbyCopy: checked.manifest.standbyCopy });
	const missing = inTheWay.filter(({ severity }) => severity === 'blocks').length;
	if (missing > 0) {
		const things = countWords(missing, 'thing');
		throw new Refusal('invalid', `No backup could put ${target.name} back: ${things} to put right. Nothing was stored.`, inTheWay);
	}
	const reviewed = raiseSeverities(target, [...findings, ...inTheWay, ...(await review.findings(checked.files))]);
	refuseUnaccepted(reviewed, accepted);
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
		accepted: reviewed
			.filter(({ severity }) => severity === 'accept')
			.map((finding) => ({ name: findingName(finding), danger: finding.message })),
		route,
		seats: target.seats,
	});
	const { bytes, digest } = revisionDigest(content);
	return {
		request,
		manifestBytes,
		manifest: checked.manifest,
		files: checked.files,
		statementCount: checked.statementCount,
		state,
		findings: reviewed,
		content: bytes,
		digest,
	};
}

/** Straight to production only with a reason; where there is nothing to explain, none is kept that people might believe. */
function withItsReason(request: ChangeRequest, route: Route): ChangeRequest {
	if (route.kind !== 'direct') return { ...request, whyNotStaging: '' };
	if (request.whyNotStaging.length >= MIN_REASON) return request;
	const missing = route.staging === null ? '' : `This bundle has not succeeded on ${route.staging}. `;
	throw new Refusal('invalid', 'Some fields are missing or not valid. Nothing was stored.', [], {
		whyNotStaging: `${missing}Explain why this goes straight to production, in at least ${MIN_REASON} characters.`,
	});
}

/** What the deployer has raised to blocking cannot be accepted by anybody. */
function refuseUnaccepted(review: Finding[], accepted: readonly string[]): void {
	const blocking = review.filter(({ severity }) => severity === 'blocks').length;
	if (blocking > 0) throw refused(review, blocking);
	const open = review.filter((finding) => finding.severity === 'accept' && !accepted.includes(findingName(finding))).length;
	if (open === 0) return;
	const findings = countWords(open, 'finding');
	throw new Refusal('invalid', `${findings} must be accepted by name before this can be filed. Nothing was stored.`, review);
}

function refused(findings: Finding[], problems = findings.length): Refusal {
	return new Refusal('invalid', `The bundle was refused: ${countWords(problems, 'problem')} to correct. Nothing was stored.`, findings);
}

/** Stores a revision under its number. Its rows never change afterwards: the console's role may not update them. */
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
	await tx.revisionFinding.createMany({
		data: revision.findings.map((finding, position) => ({ revisionId: id, position, name: findingName(finding), ...finding })),
	});
	const entries = new Uint8Array(await packCatalog(revision.state.catalog));
	await tx.revisionCatalog.create({ data: { revisionId: id, entries } });
	await tx.responder.createMany({ data: revision.request.responders.map((personId) => ({ revisionId: id, personId })) });
}
