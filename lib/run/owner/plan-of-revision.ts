import { readManifest } from '#lib/bundle/read-manifest.ts';
import type { Plan } from '#lib/gates/gate.ts';
import type { Prisma } from '#lib/store/client.ts';

/** What a plan is made of. */
export const PLANNED_REVISION = {
	include: {
		files: { orderBy: { position: 'asc' } },
		signatures: { where: { revokedAt: null, decision: 'approve' }, include: { signer: { select: { name: true } } } },
	},
} as const satisfies Prisma.RevisionDefaultArgs;

type PlannedRevision = Prisma.RevisionGetPayload<typeof PLANNED_REVISION>;

/** What was filed, read back from its stored bytes. Throws when they cannot be read. */
export function planOf({
	changeId,
	change,
	title,
	revision,
}: {
	changeId: string;
	change: string;
	title: string;
	revision: PlannedRevision;
}): Plan {
	const files = revision.files.map((file) => ({ path: file.path, phase: file.phase, bytes: Buffer.from(file.bytes) }));
	const { manifest, findings } = readManifest(Buffer.from(revision.manifest));
	if (!manifest) throw new Error(`the stored manifest of ${change} cannot be read: ${findings[0]?.message}`);
	const { digest } = revision;
	return {
		changeId,
		change,
		title,
		revision: revision.number,
		digest,
		manifest,
		files,
		identity: { systemIdentifier: revision.systemIdentifier, databaseOid: revision.databaseOid },
		baseline: revision.baseline,
		stored: { files, manifest: Buffer.from(revision.manifest), content: Buffer.from(revision.content), digest },
		signers: revision.signatures.map((s) => ({ seat: s.seat, name: s.signer.name })),
	};
}
