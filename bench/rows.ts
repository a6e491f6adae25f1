import type { Step } from '#lib/domain/run.ts';
import type { Round, Trial } from './rounds.ts';
import type { WatchingLoad } from './watching.ts';

/** One line of results.json. `ratio` is ours / baseline, `required` its upper bound (null: reported only). */
export type Row = {
	name: string;
	ours: number;
	baseline: number;
	unit: 'ms' | 'MB' | 'points' | 'bytes' | 'differences';
	ratio: number;
	required: number | null;
	ok: boolean;
};

/** A row before it is judged. */
export type Measured = Omit<Row, 'ratio' | 'ok'>;

export function judgedRows(rows: Measured[]): Row[] {
	return rows.map((row) => {
		const ratio = Math.round((row.ours / row.baseline) * 1000) / 1000;
		return { ...row, ratio, ok: row.required === null || ratio <= row.required };
	});
}

/** What the run's memory is compared with, in megabytes. */
const MEMORY_LIMIT_MB = 400;
/** What the time from Abort to its confirmation is compared with, and the time until another has taken over. */
const ABORT_LIMIT_MS = 1_000;
const TAKEOVER_LIMIT_MS = 30_000;
/** What the processor's time for a look is compared with: 1 % of a core, because a run looks once a second. */
const LOOK_LIMIT_MS = 10;

/** Ratios of medians. `judged` says whether times were measured at a size at which their ratios are asked for. */
export function composeRows({
	rounds,
	peakMb,
	watching,
	takeoverMs,
	judged,
}: {
	rounds: Round[];
	peakMb: number;
	watching: WatchingLoad;
	takeoverMs: number;
	judged: boolean;
}): Measured[] {
	const median = (of: (round: Round) => number) => medianOf(rounds.map(of));
	const most = (required: number) => (judged ? required : null);
	const seedTotal = median((round) => round.seed.total_ms);
	const bothTransactions = medianOf(
		rounds.flatMap(({ attested, restored, tested, swapped }) =>
			[attested, restored, tested, swapped].map((trial) => msOf(trial, 'transaction')),
		),
	);
	return [
		{
			name: 'whole run without the scratch restore',
			ours: median((round) => round.attested.totalMs),
			baseline: seedTotal,
			unit: 'ms',
			required: most(0.75),
		},
		{
			name: 'whole run with the scratch restore',
			ours: median((round) => round.tested.totalMs),
			baseline: seedTotal,
			unit: 'ms',
			required: null,
		},
		{
			name: 'DDL files in the transaction, journalled statement by statement',
			ours: bothTransactions,
			baseline: median((round) => round.seed.transaction_ms),
			unit: 'ms',
			required: most(1.3),
		},
		{
			name: 'restore after a failed smoke test, the way back tested by the run',
			ours: median((round) => msOf(round.swapped, 'restore')),
			baseline: median((round) => round.seed.restore_ms),
			unit: 'ms',
			required: most(0.65),
		},
		{
			name: 'restore after a failed smoke test, from the dump (the way back attested)',
			ours: median((round) => msOf(round.restored, 'restore')),
			baseline: median((round) => round.seed.restore_ms),
			unit: 'ms',
			required: null,
		},
		{
			name: 'restore after a failed smoke test, through the standby copy',
			ours: median((round) => msOf(round.copied, 'restore')),
			baseline: median((round) => round.seed.restore_ms),
			unit: 'ms',
			required: most(0.65),
		},
		{
			name: 'differences from the state before, after the restore',
			ours: Math.max(...rounds.flatMap((round) => [round.restored, round.swapped, round.copied].map((trial) => trial.differences))),
			baseline: median((round) => round.seed.differences),
			unit: 'differences',
			required: 0,
		},
		{
			name: 'size of the backup',
			ours: median((round) => round.attested.backupBytes),
			baseline: median((round) => round.seed.backup_bytes),
			unit: 'bytes',
			required: null,
		},
		{ name: 'peak memory of web and worker', ours: peakMb, baseline: MEMORY_LIMIT_MB, unit: 'MB', required: 1 },
		{
			name: 'processor time of one look at the target with 200 sessions',
			ours: watching.ours,
			baseline: watching.baseline,
			unit: 'ms',
			required: null,
		},
		{
			name: 'processor time of one look a second, against 1 % of a core',
			ours: watching.ours,
			baseline: LOOK_LIMIT_MS,
			unit: 'ms',
			required: 1,
		},
		{ name: 'from Abort to the outcome', ours: median((round) => round.abortMs), baseline: ABORT_LIMIT_MS, unit: 'ms', required: 1 },
		{ name: 'from the death of the owner to takeover', ours: takeoverMs, baseline: TAKEOVER_LIMIT_MS, unit: 'ms', required: 1 },
	];
}

function msOf(trial: Trial, step: Step): number {
	const ms = trial.steps[step];
	if (ms === undefined) throw new Error(`the run has no step ${step}`);
	return ms;
}

export function medianOf(values: number[]): number {
	const sorted = values.toSorted((a, b) => a - b);
	const middle = Math.floor(sorted.length / 2);
	const [low = Number.NaN, high = low] = sorted.length % 2 === 0 ? sorted.slice(middle - 1, middle + 1) : [sorted[middle]];
	return Math.round((low + high) / 2);
}
