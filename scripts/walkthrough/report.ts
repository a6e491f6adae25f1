import { formatFinding } from '#lib/bundle/format-finding.ts';
import type { Finding } from '#lib/domain/finding.ts';
import type { Failure, Outcome } from '#lib/domain/run.ts';
import type { RefusalValue } from '#lib/errors.ts';
import type { Store } from '#lib/store/client.ts';

/** What `--json` prints, on one line. */
export type Report = {
	run: string | null;
	outcome: Outcome | 'refused';
	steps: { step: string; outcome: 'passed' | 'failed' | 'skipped'; ms: number }[];
	backup: { bytes: number | null; sha256: string | null };
	fingerprint: { before: string | null; after: string | null };
	findings: Pick<Finding, 'code' | 'file' | 'line' | 'column' | 'message' | 'instead'>[];
};

/** What each outcome exits with. */
export const EXIT: Record<Report['outcome'], number> = { succeeded: 0, refused: 2, rolled_back: 3, restored: 4, unknown: 5 };

/** The change was refused as filed. */
export function refusedReport(refusal: RefusalValue): Report {
	const findings =
		refusal.findings.length > 0
			? refusal.findings
			: [{ code: refusal.code, file: null, line: null, column: null, message: refusal.message, instead: '', excerpt: null }];
	return {
		run: null,
		outcome: 'refused',
		steps: [],
		backup: { bytes: null, sha256: null },
		fingerprint: { before: null, after: null },
		findings,
	};
}

/** Reads a finished run back from the console's database. A failure is a finding too. */
export async function readReport(store: Store, runId: string): Promise<Report> {
	const run = await store.run.findUniqueOrThrow({ where: { id: runId } });
	const rows = await store.journalEntry.findMany({
		where: { runId, phase: { in: ['passed', 'failed', 'skipped'] } },
		orderBy: { seq: 'asc' },
	});
	const backup = run.backup as { bytes: number; sha256: string } | null;
	return {
		run: runId,
		outcome: run.status as Outcome,
		steps: rows.map((row) => ({ step: row.step, outcome: row.phase as 'passed', ms: (row.data as { ms?: number }).ms ?? 0 })),
		backup: { bytes: backup?.bytes ?? null, sha256: backup?.sha256 ?? null },
		fingerprint: { before: run.fingerprintBefore, after: run.fingerprintAfter },
		findings: run.failure ? [asFinding(run.failure as Failure)] : [],
	};
}

/** Prints a report for people, or as one line of JSON. */
export function report(outcome: Report, { json, say }: { json: boolean; say: (text: string) => void }): void {
	for (const { step, outcome: end, ms } of outcome.steps) say(`  ${step.padEnd(22)} ${end.padEnd(8)} ${String(ms).padStart(7)} ms`);
	for (const finding of outcome.findings) say(formatFinding({ excerpt: null, ...finding }));
	say(`Outcome: ${outcome.outcome.replaceAll('_', ' ')}`);
	if (json)
		console.log(
			JSON.stringify({
				...outcome,
				findings: outcome.findings.map(({ code, file, line, column, message, instead }) => ({
					code,
					file,
					line,
					column,
					message,
					instead,
				})),
			}),
		);
}

function asFinding({ code, file, line, column, message, instead }: Failure): Report['findings'][number] {
	return { code, file: file ?? null, line: line ?? null, column: column ?? null, message, instead };
}
