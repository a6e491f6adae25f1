import { createHash } from 'node:crypto';
import { revisionDigest } from '#lib/bundle/revision-digest.ts';
import { canonicalBytes } from '#lib/domain/canonical-json.ts';
import type { RevisionContent } from '#lib/domain/statement.ts';
import type { Target } from '#lib/domain/target/target.ts';

/** A revision as it is stored. */
export type StoredRevision = { files: { path: string; bytes: Buffer }[]; manifest: Buffer; content: Buffer; digest: string };

/** Why the stored revision is not what was signed, or null when its files and manifest match the digest. */
export function flawOfStored(stored: StoredRevision): string | null {
	const content = contentOf(stored);
	const again: RevisionContent = {
		...content,
		manifest: sha256(stored.manifest),
		files: stored.files.map((file) => ({ path: file.path, bytes: file.bytes.length, sha256: sha256(file.bytes) })),
	};
	return revisionDigest(again).digest === stored.digest ? null : 'the stored bytes are not the bytes that were signed: the digest differs';
}

/** Why the target's window is not the one that was signed, or null. A changed window needs new signatures. */
export function flawOfWindow(stored: StoredRevision, target: Target): string | null {
	const { window } = contentOf(stored);
	return canonicalBytes(window).equals(canonicalBytes(target.window))
		? null
		: `the window of ${target.name} has changed since this revision was filed`;
}

/** What a stored revision's digest covers. */
export function contentOf({ content }: { content: Uint8Array }): RevisionContent {
	return JSON.parse(Buffer.from(content).toString('utf8')) as RevisionContent;
}

function sha256(bytes: Buffer): string {
	return createHash('sha256').update(bytes).digest('hex');
}
