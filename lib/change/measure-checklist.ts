import type { ChecklistItem, Measured } from '#lib/domain/checklist.ts';
import { isNothing, readPrice } from '#lib/domain/restore-price.ts';
import { type Failure, STEP_TITLE, type Step } from '#lib/domain/run.ts';
import { isErrorLevel, type Sample } from '#lib/domain/watching/sample.ts';
import type { Limits } from '#lib/domain/watching/thresholds.ts';
import { countWords } from '#lib/domain/wording/count-words.ts';
import { formatBytes } from '#lib/domain/wording/format-bytes.ts';
import { instantWords } from '#lib/domain/wording/instant-words.ts';
import { lossWords } from '#lib/domain/wording/price-words.ts';
import type { StoreTransaction } from '#lib/store/client.ts';
import { HEALTH_CHECK } from './price-keep.ts';

/** How long a target is watched after a run, and errors are counted. */
export const WATCHED_AFTER_MS = 10 * 60_000;

type Row = { step: string; phase: string; data: unknown };
type Facts = {
	run: {
		status: string;
		endedAt: Date | null;
		failure: unknown;
		price: unknown;
		backup: unknown;
		before: string | null;
		after: string | null;
	};
	rows: Row[];
	limits: Limits | null;
	/** The last sample of all, and the last before the run ended. */
	last: Sample | null;
	atEnd: Sample | null;
	kinds: string[];
	now: Date;
};

/** What measurements say of the checklist's points now. A point that nothing can measure is not there. */
export async function measureChecklist(
	store: StoreTransaction,
	{ runId, now }: { runId: string; now: Date },
): Promise<Partial<Record<ChecklistItem, Measured>>> {
	const facts = await readFacts(store, { runId, now });
	return {
		smoke_tests: smokeTestsMeasured(facts),
		no_errors: errorsMeasured(facts),
		health: healthMeasured(facts),
		audit_log: recordMeasured(facts),
		performance: performanceMeasured(facts),
		backup: backupMeasured(facts),
		way_back: stepMeasured(facts, 'way back'),
		restore_exact: stepMeasured(facts, 'restore'),
		losses_known: lossesMeasured(facts),
		nothing_changed: nothingChanged(facts),
		maintenance_off: maintenanceOff(facts),
	};
}

async function readFacts(store: StoreTransaction, { runId, now }: { runId: string; now: Date }): Promise<Facts> {
	const steps: Step[] = ['smoke tests', 'way back', 'restore', 'maintenance mode on', 'maintenance mode off'];
	const phases = ['started', 'passed', 'failed', 'skipped', 'check'];
	const [facts] = await store.$queryRaw<(Facts['run'] & Omit<Facts, 'run' | 'now'>)[]>`
		select r.status, r.ended_at as "endedAt", r.failure, r.price, r.backup,
		       r.fingerprint_before as before, r.fingerprint_after as after,
		       (select coalesce(jsonb_agg(jsonb_build_object('step', j.step, 'phase', j.phase, 'data', j.data) order by j.seq), '[]')
		          from journal_entry j where j.run_id = r.id and j.step = any (${steps}) and j.phase = any (${phases})) as rows,
		       (select j.data from journal_entry j where j.run_id = r.id and j.step = 'watch' and j.phase = 'limits'
		         order by j.seq desc limit 1) as limits,
		       (select j.data from journal_entry j where j.run_id = r.id and j.step = 'watch' and j.phase = 'sample'
		         order by j.seq desc limit 1) as last,
		       (select j.data from journal_entry j where j.run_id = r.id and j.step = 'watch' and j.phase = 'sample' and j.at <= r.ended_at
		         order by j.seq desc limit 1) as "atEnd",
		       array(select e.kind from record_entry e where e.run_id = r.id order by e.seq) as kinds
		  from run r where r.id = ${runId}::uuid`;
	if (!facts) throw new Error(`there is no run ${runId}`);
	const { status, endedAt, failure, price, backup, before, after, ...rest } = facts;
	return { run: { status, endedAt, failure, price, backup, before, after }, ...rest, now };
}

const passed = (words: string): Measured => ({ state: 'passed', words });
const failed = (words: string): Measured => ({ state: 'failed', words });
const unknown = (words: string): Measured => ({ state: 'unknown', words });

function stepMeasured({ rows }: Facts, step: Step): Measured {
	const last = rows.findLast((row) => row.step === step && ['passed', 'failed', 'skipped'].includes(row.phase));
	if (!last) return unknown(`${STEP_TITLE[step]}: this run did not get there`);
	const { summary, failure } = last.data as { summary?: string; failure?: Failure };
	if (last.phase === 'failed') return failed(failure?.message ?? 'it failed');
	return last.phase === 'passed' ? passed(summary ?? 'passed') : unknown(summary ?? 'skipped');
}

/** Where none was named, none has passed. */
function smokeTestsMeasured(facts: Facts): Measured {
	const measured = stepMeasured(facts, 'smoke tests');
	const last = facts.rows.findLast((row) => row.step === 'smoke tests' && row.phase === 'passed')?.data;
	const names = (last as { evidence?: { smokeTests?: unknown[] } } | undefined)?.evidence?.smokeTests;
	return measured.state === 'passed' && names?.length === 0 ? unknown(measured.words) : measured;
}

/** Counted since the run ended, for as long as the target is watched after it. */
function errorsMeasured({ run, last, atEnd, now }: Facts): Measured {
	if (!last) return unknown('this run was not watched');
	if ('notMeasured' in last.errors) return unknown(`not measured: ${last.errors.notMeasured}`);
	const since = Math.max(0, errorsIn(last) - (atEnd ? errorsIn(atEnd) : 0));
	const until = new Date((run.endedAt ?? now).getTime() + WATCHED_AFTER_MS);
	if (since > 0) return failed(`${countWords(since, 'error')} logged since the run ended, last looked at ${clock(last.at)}`);
	if (now < until) return unknown(`none so far; watched until ${clock(until.toISOString())}`);
	// A worker that died meanwhile has not looked.
	if (new Date(last.at).getTime() < until.getTime() - WATCHED_AFTER_MS / 10)
		return unknown(`none until ${clock(last.at)}, when the watching ended`);
	return passed(`none logged in the 10 minutes after the run, last looked at ${clock(last.at)}`);
}

function errorsIn({ errors }: Sample): number {
	if ('notMeasured' in errors) return 0;
	return Object.entries(errors.byLevel).reduce((sum, [level, count]) => sum + (isErrorLevel(level) ? count : 0), 0);
}

/** The last answer of the application's health endpoint: of the watching after the run, or else of the smoke tests. */
function healthMeasured({ last, rows, run }: Facts): Measured {
	const isAfter = last !== null && run.endedAt !== null && new Date(last.at) >= run.endedAt;
	if (isAfter && !('notMeasured' in last.response)) {
		const { ms, error } = last.response;
		if (ms === null || error) return failed(`its endpoint: ${error ?? 'no answer'}, at ${clock(last.at)}`);
		return passed(`its endpoint answered in ${Math.round(ms)} ms, at ${clock(last.at)}`);
	}
	// What was asked before a restore says nothing about the data of now.
	if (run.status !== 'succeeded' && run.status !== 'kept') return unknown('its endpoint was not asked after the run');
	const checks = rows.filter((row) => row.phase === 'check').map((row) => row.data as { name: string; passed: boolean; got: string });
	const check = checks.findLast(({ name }) => name === HEALTH_CHECK);
	if (!check) return unknown('its endpoint was not asked');
	return check.passed ? passed('its endpoint answered 2xx after COMMIT') : failed(`its endpoint: ${check.got}`);
}

function performanceMeasured({ last, limits }: Facts): Measured {
	if (!last || !limits) return unknown('this run was not watched');
	const { response, cpu } = last;
	const parts = [
		'notMeasured' in response
			? null
			: {
					words: `response ${response.ms === null ? 'none' : `${Math.round(response.ms)} ms`}`,
					good: response.ms !== null && response.ms <= limits.responseMs,
				},
		'notMeasured' in cpu ? null : { words: `CPU ${Math.round(cpu.percent)} %`, good: cpu.percent <= limits.cpuPercent },
	].filter((part) => part !== null);
	if (parts.length === 0) return unknown('neither response time nor CPU is measured');
	const words = `${parts.map((part) => part.words).join(', ')}, at ${clock(last.at)}`;
	return parts.every(({ good }) => good) ? passed(words) : failed(words);
}

/** From the claim to the end. */
function recordMeasured({ kinds }: Facts): Measured {
	const isWhole = kinds.includes('run.claimed') && kinds.includes('run.ended');
	const words = `${countWords(kinds.length, 'entry', 'entries')} about this run`;
	return isWhole ? passed(`${words}, from its claim to its end`) : failed(`${words}; its claim or its end is missing`);
}

function backupMeasured({ run }: Facts): Measured {
	const backup = run.backup as { bytes: number; sha256: string } | null;
	if (!backup) return unknown('this run took no backup');
	return passed(`${formatBytes(backup.bytes)}, read in full, SHA-256 ${backup.sha256.slice(0, 12)}…`);
}

function lossesMeasured({ run }: Facts): Measured {
	const price = readPrice(run.price);
	if (!price) return unknown('what was lost is not known');
	return isNothing(price) ? passed('nothing of others was lost') : unknown(`lost: ${lossWords(price)}`);
}

function nothingChanged({ run }: Facts): Measured {
	if (run.before === null) return passed('the run ended before it began anything there');
	if (run.after === null) return unknown('the catalog could not be read again afterwards');
	const words = `catalog fingerprint ${run.before.slice(0, 12)} before, ${run.after.slice(0, 12)} after`;
	return run.before === run.after ? passed(words) : failed(words);
}

function maintenanceOff(facts: Facts): Measured {
	const wasOn = facts.rows.some((row) => row.step === 'maintenance mode on' && row.phase === 'started');
	return wasOn ? stepMeasured(facts, 'maintenance mode off') : passed('this run never switched it on');
}

function clock(at: string): string {
	return instantWords(at).slice(11);
}
