import { createHash } from 'node:crypto';
import { canonicalBytes } from '#lib/domain/canonical-json.ts';
import type { AcceptedFinding, RevisionContent } from '#lib/domain/statement.ts';
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
};

/** What the digest of a revision covers (docs/formats.md, "Revision digest"). */
export function revisionContent(parts: RevisionParts): RevisionContent {
	const { name, systemIdentifier, databaseOid } = parts.target;
	return {
		v: 2,
		request: parts.request,
		files: parts.files.map(({ path, bytes }) => ({ path, bytes: bytes.length, sha256: sha256(bytes) })),
		manifest: sha256(parts.manifest),
		target: { name, system_identifier: systemIdentifier, database_oid: databaseOid },
		baseline: parts.baseline,
		window: parts.window,
		accepted: parts.accepted,
	};
}

/** The canonical bytes of a revision's content, and their SHA-256 in hex: what people sign. */
export function revisionDigest(content: RevisionContent): { bytes: Buffer; digest: string } {
	const bytes = canonicalBytes(content);
	return { bytes, digest: sha256(bytes) };
}

function sha256(bytes: Buffer): string {
	return createHash('sha256').update(bytes).digest('hex');
}
