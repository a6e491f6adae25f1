import { createHash } from 'node:crypto';
import { canonicalBytes } from '#lib/domain/canonical-json.ts';
import type { Seat } from '#lib/domain/roles.ts';
import type { Route } from '#lib/domain/route.ts';
import type { AcceptedFinding, RevisionContent, RevisionContentV3 } from '#lib/domain/statement.ts';
import type { TargetIdentity } from '#lib/domain/target/target.ts';
import type { Window } from '#lib/domain/target/window.ts';

export type RevisionParts = {
	request: RevisionContent['request'];
	/** In the order of execution. */
	files: { path: string; bytes: Buffer }[];
	manifest: Buffer;
	target: { name: string } & TargetIdentity;
	/** The catalog fingerprint when the revision was filed. */
	baseline: string;
	window: Window;
	/** In the order in which they stand. */
	accepted: AcceptedFinding[];
	route: Route;
	seats: Seat[];
};

/** What the digest of a revision covers (docs/formats.md, "Revision digest"). */
export function revisionContent(parts: RevisionParts): RevisionContentV3 {
	const { name, systemIdentifier, databaseOid } = parts.target;
	return {
		v: 3,
		request: parts.request,
		...bundleContent(parts),
		target: { name, system_identifier: systemIdentifier, database_oid: databaseOid },
		baseline: parts.baseline,
		window: parts.window,
		accepted: parts.accepted,
		route: parts.route,
		seats: parts.seats,
	};
}

/** The canonical bytes of a revision's content, and their SHA-256 in hex: what people sign. */
export function revisionDigest(content: RevisionContent): { bytes: Buffer; digest: string } {
	const bytes = canonicalBytes(content);
	return { bytes, digest: sha256(bytes) };
}

/** What a bundle's digest covers. */
export type BundleContent = Pick<RevisionContent, 'files' | 'manifest'>;

/** What a revision says of its bundle: the files in the order of execution, and the manifest's bytes. */
export function bundleContent({ files, manifest }: Pick<RevisionParts, 'files' | 'manifest'>): BundleContent {
	return {
		files: files.map(({ path, bytes }) => ({ path, bytes: bytes.length, sha256: sha256(bytes) })),
		manifest: sha256(manifest),
	};
}

/** The digest of a bundle, whatever target it is for (docs/formats.md, "Bundle digest"). The database computes the same: `bundle_digest`. */
export function bundleDigest({ files, manifest }: BundleContent): string {
	return sha256(canonicalBytes({ v: 1, files, manifest }));
}

function sha256(bytes: Buffer): string {
	return createHash('sha256').update(bytes).digest('hex');
}
