import { formatFinding, formatSaid } from '#lib/bundle/format-finding.ts';
import type { Finding } from '#lib/domain/bundle/finding.ts';
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
	findings: (Pick<Finding, 'code' | 'severity' | 'about' | 'file' | 'line' | 'column' | 'message' | 'instead'> & Said)[];
};
/** What PostgreSQL said of an error beside its message. */
type Said = Partial<Pick<Failure, 'sqlstate' | 'detail' | 'hint' | 'context' | 'internalQuery' | 'object'>>;

/** What each outcome exits with. */
export const EXIT: Record<Report['outcome'], number> = {
	succeeded: 0,
	failed: 1,
	refused: 2,
	rolled_back: 3,
	restored: 4,
	unknown: 5,
	kept: 6,
};

/** How far the walkthrough has come. */
export type Progress = { runId: string | null; ended: boolean };

/** The change was refused as filed. */
export function refusedReport(refusal: RefusalValue): Report {
	const findings =
		refusal.findings.length > 0 ? refusal.findings : [{ ...BY_ITSELF, code: refusal.code, message: refusal.message, instead: '' }];
	return { ...NOTHING_YET, outcome: 'refused', findings };
}

/** Something went wrong on the way. A Refusal before the run is about what was given: the folder, or the target. */
export function failedReport(error: unknown, progress: Progress): Report {
	if (error instanceof Refusal && progress.runId === null) return refusedReport(error);
	return brokenOff(progress, error instanceof Error ? error.message : String(error));
}

/** The walkthrough ends without the run's outcome: what became of a run that was started, it does not know. */
export function brokenOff({ runId }: Progress, why: string): Report {
	const finding = { ...BY_ITSELF, code: 'broken_off', message: redact(why) };
	if (runId === null) return { ...NOTHING_YET, outcome: 'failed', findings: [{ ...finding, instead: 'Nothing was filed. Try again.' }] };
	const instead = 'Look at the target: a row in its table countersign.marker says whether the change was committed.';
	return { ...NOTHING_YET, run: runId, outcome: 'unknown', findings: [{ ...finding, instead }] };
}

/** Not about a place of the bundle. */
const BY_ITSELF = { severity: 'blocks', about: null, file: null, line: null, column: null } as const;

const NOTHING_YET: Omit<Report, 'outcome'> = {
	run: null,
	steps: [],
	backup: { bytes: null, sha256: null },
	fingerprint: { before: null, after: null },
	findings: [],
};

export const FINAL: readonly string[] = ['succeeded', 'kept', 'rolled_back', 'restored', 'unknown'];

const RESTORE_FAILED: Report['findings'][number] = {
	...BY_ITSELF,
	code: 'restore_failed',
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
	for (const finding of outcome.findings) {
		say(formatFinding({ excerpt: null, ...finding }));
		const said = Object.entries(saidOf(finding));
		if (said.length > 0) say(formatSaid(said.map(([key, text]) => [NAMES[key as keyof Said], text])));
	}
	say(`Outcome: ${outcome.outcome.replaceAll('_', ' ')}`);
	if (json)
		console.log(
			JSON.stringify({
				...outcome,
				findings: outcome.findings.map((finding) => {
					const { code, severity, about, file, line, column, message, instead } = finding;
					return { code, severity, about, file, line, column, message, instead, ...saidOf(finding) };
				}),
			}),
		);
}

const NAMES: Record<keyof Said, string> = {
	sqlstate: 'SQLSTATE',
	detail: 'DETAIL',
	hint: 'HINT',
	context: 'CONTEXT',
	internalQuery: 'QUERY',
	object: 'OBJECT',
};

/** Only what was said. */
function saidOf(finding: Said): Said {
	const keys = Object.keys(NAMES) as (keyof Said)[];
	return Object.fromEntries(keys.flatMap((key) => (finding[key] ? [[key, finding[key]]] : [])));
}

function asFinding(failure: Failure): Report['findings'][number] {
	const { code, file, line, column, message, instead } = failure;
	const place = { file: file ?? null, line: line ?? null, column: column ?? null };
	return { ...BY_ITSELF, code, ...place, message, instead, ...saidOf(failure) };
}
