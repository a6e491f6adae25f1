import { CHECKLIST, type ChecklistItem } from '#lib/domain/checklist.ts';
import { formatBytes } from '#lib/domain/format-bytes.ts';
import { STEP_TITLE, type Step } from '#lib/domain/run.ts';
import type { Store } from '#lib/store/client.ts';
import type { RunView } from './read-run.ts';

/** The checklist of a run: who ticked what, and what the run itself knows about it. */
export async function readChecklist(store: Store, { runId, backup }: { runId: string; backup: RunView['backup'] }) {
	const [ticks, rows, entries] = await Promise.all([
		store.checklistTick.findMany({ where: { runId }, select: { item: true, note: true, at: true, person: { select: { name: true } } } }),
		store.journalEntry.findMany({
			where: { runId, phase: { in: ['passed', 'failed', 'check'] }, step: { in: ['smoke tests', 'way back'] } },
			orderBy: { seq: 'asc' },
			select: { step: true, phase: true, data: true },
		}),
		store.recordEntry.count({ where: { runId } }),
	]);
	const evidence: Partial<Record<ChecklistItem, string>> = {
		smoke_tests: stepEvidence(rows, 'smoke tests'),
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
