import { MANIFEST_NAME } from '#lib/domain/bundle/limits.ts';
import type { Store } from '#lib/store/client.ts';

/** The same of one revision; null when it has no such file. */
export async function readRevisionFile(
	store: Store,
	{ changeId, revision, path }: { changeId: string; revision: number; path: string },
): Promise<Buffer | null> {
	return (await readRevisionFiles(store, { changeId, revisions: [revision], path })).get(revision) ?? null;
}

type About = { changeId: string; revisions: number[]; path: string };

/** The exact bytes of one file in some revisions of a change, its manifest among them, by their numbers. Those that have no such file are missing. */
export async function readRevisionFiles(store: Store, { changeId, revisions, path }: About): Promise<Map<number, Buffer>> {
	const of = { changeId, number: { in: revisions } };
	if (path === MANIFEST_NAME) {
		const rows = await store.revision.findMany({ where: of, select: { number: true, manifest: true } });
		return new Map(rows.map(({ number, manifest }) => [number, Buffer.from(manifest)]));
	}
	const rows = await store.revisionFile.findMany({
		where: { path, revision: of },
		select: { bytes: true, revision: { select: { number: true } } },
	});
	return new Map(rows.map(({ bytes, revision }) => [revision.number, Buffer.from(bytes)]));
}
