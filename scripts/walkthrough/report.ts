import { formatFinding } from '#lib/bundle/format-finding.ts';
import type { Finding } from '#lib/domain/finding.ts';
import type { Failure, Outcome } from '#lib/domain/run.ts';
import { Refusal, type RefusalValue } from '#lib/errors.ts';
import { redact } from '#lib/redact.ts';
import type { Store } from '#lib/store/client.ts';

/** What `--json` prints, on one line. */
export type Report = {
	run: string | null;
	/** `failed`: it was not filed, because something went wrong before; nothing says that the bundle is at fault. */
	outcome: Outcome | 'refused' | 'failed';
	steps: { step: string; outcome: 'passed' | 'failed' | 'skipped'; ms: number }[];
	backup: { bytes: number | null; sha256: string | null };
	fingerprint: { before: string | null; after: string | null };
	findings: Pick<Finding, 'code' | 'file' | 'line' | 'column' | 'message' | 'instead'>[];
};

/** What each outcome exits with. */
export const EXIT: Record<Report['outcome'], number> = { succeeded: 0, failed: 1, refused: 2, rolled_back: 3, restored: 4, unknown: 5 };

/** How far the walkthrough has come. */
export type Progress = { runId: string | null; ended: boolean };

/** The change was refused as filed. */
export function refusedReport(refusal: RefusalValue): Report {
	const findings =
		refusal.findings.length > 0
			? refusal.findings
			: [{ code: refusal.code, file: null, line: null, column: null, message: refusal.message, instead: '', excerpt: null }];
	return { ...NOTHING_YET, outcome: 'refused', findings };
}

/** Something went wrong on the way. A Refusal before the run is about what was given: the folder, or the target. */
export function failedReport(error: unknown, progress: Progress): Report {
	if (error instanceof Refusal && progress.runId === null) return refusedReport(error);
	return brokenOff(progress, error instanceof Error ? error.message : String(error));
}

/** The walkthrough ends without the run's outcome: what became of a run that was started, it does not know. */
export function brokenOff({ runId }: Progress, why: string): Report {
	const finding = { code: 'broken_off', file: null, line: null, column: null, message: redact(why) };
	if (runId === null) return { ...NOTHING_YET, outcome: 'failed', findings: [{ ...finding, instead: 'Nothing was filed. Try again.' }] };
	const instead = 'Look at the target: a row in its table countersign.marker says whether the change was committed.';
	return { ...NOTHING_YET, run: runId, outcome: 'unknown', findings: [{ ...finding, instead }] };
}

const NOTHING_YET: Omit<Report, 'outcome'> = {
	run: null,
	steps: [],
	backup: { bytes: null, sha256: null },
	fingerprint: { before: null, after: null },
	findings: [],
};

export const FINAL: readonly string[] = ['succeeded', 'rolled_back', 'restored', 'unknown'];

const RESTORE_FAILED: Report['findings'][number] = {
	code: 'restore_failed',
	file: null,
	line: null,
	column: null,
	message: 'The change is committed, its restore was confirmed and failed. It was not tried a second time.',
	instead: 'The live database is as the change left it, beside its backup. Put right what stopped the restore, and restore by hand.',
};

/** Reads a finished run back from the console's database. A failure is a finding too. */
export async function readReport(store: Store, runId: string): Promise<Report> {
	const run = await store.run.findUniqueOrThrow({ where: { id: runId } });
	const rows = await store.journalEntry.findMany({
		where: { runId, phase: { in: ['passed', 'failed', 'skipped'] } },
		orderBy: { seq: 'asc' },
	});
	const isFinal = FINAL.includes(run.status);
	const backup = run.backup as { bytes: number; sha256: string } | null;
	return {
		run: runId,
		outcome: isFinal ? (run.status as Outcome) : 'unknown',
		steps: rows.map((row) => ({ step: row.step, outcome: row.phase as 'passed', ms: (row.data as { ms?: number }).ms ?? 0 })),
		backup: { bytes: backup?.bytes ?? null, sha256: backup?.sha256 ?? null },
		fingerprint: { before: run.fingerprintBefore, after: run.fingerprintAfter },
		findings: [...(run.failure ? [asFinding(run.failure as Failure)] : []), ...(isFinal ? [] : [RESTORE_FAILED])],
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
