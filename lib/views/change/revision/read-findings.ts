import type { Finding, Severity } from '#lib/domain/bundle/finding.ts';
import type { Store } from '#lib/store/client.ts';

/** What the review found when the revision was filed, in the order in which it stands. */
export async function readFindings(store: Store, { changeId, revision }: { changeId: string; revision: number }): Promise<Finding[]> {
	return findingsOf(await store.revisionFinding.findMany({ where: { revision: { changeId, number: revision } }, ...FINDINGS }));
}

/** How they are read, by themselves or with their revision. */
export const FINDINGS = { omit: { revisionId: true, position: true, name: true, bytes: true }, orderBy: { position: 'asc' } } as const;

/** The same, of rows that were read with their revision. */
export function findingsOf(rows: (Omit<Finding, 'severity'> & { severity: string })[]): Finding[] {
	return rows.map((row) => ({ ...row, severity: row.severity as Severity }));
}
