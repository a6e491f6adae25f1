import type { Finding, Severity } from '#lib/domain/bundle/finding.ts';
import type { Store } from '#lib/store/client.ts';

/** What the review found when the revision was filed, in the order in which it stands. */
export async function readFindings(store: Store, { changeId, revision }: { changeId: string; revision: number }): Promise<Finding[]> {
	const rows = await store.revisionFinding.findMany({
		where: { revision: { changeId, number: revision } },
		omit: { revisionId: true, position: true, name: true, bytes: true },
		orderBy: { position: 'asc' },
	});
	return rows.map((row) => ({ ...row, severity: row.severity as Severity }));
}
