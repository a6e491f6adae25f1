import { CHECKLIST, type ChecklistItem } from '#lib/domain/checklist.ts';
import { formatBytes } from '#lib/domain/format-bytes.ts';
import { STEP_TITLE, type Step } from '#lib/domain/run.ts';
import { isErrorLevel, type Sample } from '#lib/domain/sample.ts';
import type { Store } from '#lib/store/client.ts';
import type { RunView } from './read-run.ts';

/** The checklist of a run: who ticked what, and what the run itself knows about it. */
export async function readChecklist(store: Store, { runId, backup }: { runId: string; backup: RunView['backup'] }) {
	const [ticks, rows, entries, sample] = await Promise.all([
		store.checklistTick.findMany({ where: { runId }, select: { item: true, note: true, at: true, person: { select: { name: true } } } }),
		store.journalEntry.findMany({
			where: { runId, phase: { in: ['passed', 'failed', 'check'] }, step: { in: ['smoke tests', 'way back'] } },
			orderBy: { seq: 'asc' },
			select: { step: true, phase: true, data: true },
		}),
		store.recordEntry.count({ where: { runId } }),
		store.journalEntry.findFirst({ where: { runId, step: 'watch', phase: 'sample' }, orderBy: { seq: 'desc' }, select: { data: true } }),
	]);
	const evidence: Partial<Record<ChecklistItem, string>> = {
		smoke_tests: stepEvidence(rows, 'smoke tests'),
		no_errors: errorEvidence(sample?.data as Sample | undefined),
		performance: performanceEvidence(sample?.data as Sample | undefined),
		health: healthEvidence(rows),
		audit_log: `${entries} entries about this run in the record`,
		backup: backup ? `${formatBytes(backup.bytes)}, read in full, SHA-256 ${backup.sha256.slice(0, 12)}…` : 'this run took no backup',
		way_back: stepEvidence(rows, 'way back'),
	};
	return CHECKLIST.map(({ item, title }) => {
		const tick = ticks.find((t) => t.item === item);
		return {
			item,
			title,
			evidence: evidence[item] ?? null,
			tick: tick ? { by: tick.person.name, at: tick.at.toISOString(), note: tick.note } : null,
		};
	});
}

type Row = { step: string; phase: string; data: unknown };

function stepEvidence(rows: Row[], step: Step): string {
	const last = rows.findLast((row) => row.step === step && row.phase !== 'check');
	if (!last) return `${STEP_TITLE[step]}: this run did not get there`;
	const { summary, failure } = last.data as { summary?: string; failure?: { message: string } };
	return failure ? `failed: ${failure.message}` : (summary ?? 'passed');
}

/** The check that the smoke tests end with (lib/run/smoke-test-again.ts). */
function healthEvidence(rows: Row[]): string {
	const checks = rows.filter((row) => row.phase === 'check').map((row) => row.data as { name: string; passed: boolean; got: string });
	const last = checks.findLast((check) => check.name === 'application health');
	if (!last) return 'not asked by this run';
	return last.passed ? 'its endpoint answered 2xx after COMMIT' : `its endpoint: ${last.got}`;
}

/** What the last sample of the watching saw. It goes on for 10 minutes after the run. */
function errorEvidence(sample: Sample | undefined): string {
	if (!sample) return 'this run was not watched';
	if ('notMeasured' in sample.errors) return `not measured: ${sample.errors.notMeasured}`;
	const errors = Object.entries(sample.errors.byLevel).reduce((sum, [level, count]) => sum + (isErrorLevel(level) ? count : 0), 0);
	return `${errors} errors logged while watched, last looked at ${clock(sample.at)}`;
}

function performanceEvidence(sample: Sample | undefined): string {
	if (!sample) return 'this run was not watched';
	const { response, cpu } = sample;
	const answered =
		'notMeasured' in response ? 'response not measured' : `response ${response.ms === null ? 'none' : `${Math.round(response.ms)} ms`}`;
	const busy = 'notMeasured' in cpu ? 'CPU not measured' : `CPU ${Math.round(cpu.percent)} %`;
	return `${answered}, ${busy}, at ${clock(sample.at)}`;
}

function clock(at: string): string {
	return `${at.slice(11, 19)} UTC`;
}
