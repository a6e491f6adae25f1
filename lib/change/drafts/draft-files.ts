import { MAX_BUNDLE_BYTES } from '#lib/domain/bundle/limits.ts';
import type { DraftBasis, KeptFile } from '#lib/domain/draft.ts';
import { Refusal } from '#lib/errors.ts';
import type { Store, StoreTransaction } from '#lib/store/client.ts';

/** Removes from a draft the files that its form has no more. Refused when one that it has is not there as it was. */
export async function keepFiles(tx: StoreTransaction, { draftId, kept }: { draftId: string; kept: KeptFile[] }): Promise<void> {
	const paths = kept.map((file) => file.path);
	await tx.$executeRaw`delete from draft_file where draft_id = ${draftId}::uuid and path <> all (${paths}::text[])`;
	const held = await tx.draftFile.findMany({ where: { draftId }, select: { path: true, storedAt: true } });
	refuseMissing(held, kept);
}

/** Adds what was chosen or written since the last save. Together the files may weigh as much as a bundle. */
export async function storeFiles(
	tx: StoreTransaction,
	{ draft, files }: { draft: DraftBasis; files: { path: string; bytes: Buffer }[] },
): Promise<void> {
	const paths = files.map((file) => file.path);
	if (new Set(paths).size !== paths.length) throw new Refusal('invalid', 'Two files of the draft have the same path.');
	await tx.draftFile.deleteMany({ where: { draftId: draft.id, path: { in: paths } } });
	await tx.draftFile.createMany({
		data: files.map(({ path, bytes }) => ({ draftId: draft.id, path, bytes: new Uint8Array(bytes), storedAt: draft.version })),
	});
	const [weighed] = await tx.$queryRaw<{ bytes: number }[]>`
		select coalesce(sum(octet_length(bytes)), 0)::int as bytes from draft_file where draft_id = ${draft.id}::uuid`;
	if ((weighed?.bytes ?? 0) > MAX_BUNDLE_BYTES)
		throw new Refusal('too_large', `The files are over the limit of ${MAX_BUNDLE_BYTES / 1024 / 1024} MB.`);
}

/** The files of somebody's own draft, for the bundle that is filed. */
export async function readDraftFiles(store: Store, own: { draftId: string; personId: string; kept: KeptFile[] }) {
	const files = await store.draftFile.findMany({
		where: { draftId: own.draftId, draft: { personId: own.personId }, path: { in: own.kept.map((file) => file.path) } },
		select: { path: true, bytes: true, storedAt: true },
	});
	refuseMissing(files, own.kept);
	return files.map(({ path, bytes }) => ({ path, bytes: Buffer.from(bytes) }));
}

function refuseMissing(held: KeptFile[], kept: KeptFile[]): void {
	const missing = kept.find(({ path, storedAt }) => !held.some((file) => file.path === path && file.storedAt === storedAt));
	if (missing)
		throw new Refusal(
			'invalid',
			`${missing.path} is not in the saved draft any more as you see it. Remove it here, or choose the file again.`,
		);
}
