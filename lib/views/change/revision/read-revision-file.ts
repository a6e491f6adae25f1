import { MANIFEST_NAME } from '#lib/domain/bundle/manifest.ts';
import type { Store } from '#lib/store/client.ts';

type About = { changeId: string; revision: number; path: string };

/** The exact bytes of one file of a revision, its manifest among them; null when the revision has no such file. */
export async function readRevisionFile(store: Store, { changeId, revision, path }: About): Promise<Buffer | null> {
	const found =
		path === MANIFEST_NAME ? await manifestOf(store, { changeId, revision }) : await fileOf(store, { changeId, revision, path });
	return found && Buffer.from(found);
}

async function manifestOf(store: Store, { changeId, revision }: Omit<About, 'path'>) {
	const row = await store.revision.findUnique({
		where: { changeId_number: { changeId, number: revision } },
		select: { manifest: true },
	});
	return row?.manifest ?? null;
}

async function fileOf(store: Store, { changeId, revision, path }: About) {
	const row = await store.revisionFile.findFirst({
		where: { path, revision: { changeId, number: revision } },
		select: { bytes: true },
	});
	return row?.bytes ?? null;
}
