import { withTarget } from '#lib/postgres/connection/connect.ts';
import { findBlockers } from '#lib/postgres/sessions/activity.ts';
import { settleWriteCounters, writesBetween } from '#lib/postgres/sessions/write-counters.ts';
import type { ProvenBackup } from './backup.ts';
import { type GateContext, type Passed, StepFailed } from './gate.ts';

/** Gate 2: nothing was written since the backup, and nothing runs that our locks would queue behind, or that would queue behind us. */
export async function checkQuiescence(
	{ target, runId, tell, signal }: Pick<GateContext, 'target' | 'runId' | 'tell' | 'signal'>,
	backup: ProvenBackup,
): Promise<Passed<null>> {
	return withTarget({ target, login: 'backup', applicationName: `countersign quiescence ${runId}`, signal }, async (client) => {
		const blockers = await findBlockers(client, { olderThanMs: target.thresholds.longTransaction });
		if (blockers.length > 0) {
			throw new StepFailed({
				code: 'blocked',
				message: `Others are in the way: ${blockers.map((b) => b.description).join('; ')}.`,
				instead: 'Nothing was changed. Let them end, or end them, then execute again.',
			});
		}
		tell({ phase: 'progress', data: { summary: 'waiting until the other sessions have reported what they wrote' } });
		const counters = await settleWriteCounters(client, backup.counters);
		if (!counters.settled) {
			throw new StepFailed({
				code: 'not_quiet',
				message: 'Other sessions stay busy in the target, so that it cannot be told what they wrote since the backup.',
				instead: 'Nothing was changed. Maintenance mode should keep the application quiet: see who is active, then execute again.',
			});
		}
		const tables = writesBetween(backup.counters, counters);
		const rows = tables.reduce((sum, t) => sum + t.inserted + t.updated + t.deleted, 0);
		if (rows > 0) {
			const where = tables.map((t) => `${t.table} (${t.inserted + t.updated + t.deleted})`).join(', ');
			throw new StepFailed({
				code: 'written_since_backup',
				message: `${rows} ${rows === 1 ? 'row was' : 'rows were'} written since the backup although maintenance mode is on: ${where}.`,
				instead: 'Nothing was changed by this run. Find the writer (a job, an open psql), stop it, then execute again.',
			});
		}
		return { summary: '0 rows written since the backup, nobody in the way', value: null };
	});
}
