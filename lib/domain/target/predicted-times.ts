import type { Target } from './target.ts';

/**
 * The parts of a run that take longer the larger the database is:
 * - backup: dump, and reading all of it
 * - proof: restored beside and compared
 * - definitions: restored without rows and compared
 * - quiescence: the database compared with the backup again
 * - swap: the copy that the proof has left is proved again and takes the live one's place
 * - restore: the same from the dump
 */
export const TIMED_PARTS = ['backup', 'proof', 'definitions', 'quiescence', 'swap', 'restore'] as const;
export type TimedPart = (typeof TIMED_PARTS)[number];

/** How long a part took, and how large the database was then. */
export type Measured = { ms: number; databaseBytes: number };
export type MeasuredTimes = Record<TimedPart, Measured[]> & {
	/** How large dumps were, beside the database that they are of. */
	dumps: { dumpBytes: number; databaseBytes: number }[];
};

/** `measured`: from how many runs and rehearsals of this target; 0 where nobody has measured it here and the default is taken. */
export type PredictedTime = { ms: number; measured: number };

/** What is taken where a target has no history: by what it was measured. */
export const DEFAULT_RATES_NAME = '2 processors with a database of 1.7 GB';
const DEFAULT_SECONDS_PER_GB: Record<TimedPart, number> = { backup: 4, proof: 18, definitions: 0, quiescence: 1, swap: 2, restore: 18 };
const DEFAULT_DUMP_SHARE = 0.6;
/** What does not grow with the database: programs and connections that start, the catalog that is read. */
const FIXED_MS = 2_000;

/** How long a part takes with a database of this size: the median of what was measured, each scaled to this size. */
export function predictTime(part: TimedPart, measured: Measured[], databaseBytes: number): PredictedTime {
	if (measured.length === 0) return { ms: FIXED_MS + (DEFAULT_SECONDS_PER_GB[part] * databaseBytes) / 1e6, measured: 0 };
	const scaled = measured.map((one) => {
		const fixedMs = Math.min(one.ms, FIXED_MS);
		return fixedMs + (one.ms - fixedMs) * (databaseBytes / Math.max(1, one.databaseBytes));
	});
	return { ms: median(scaled), measured: measured.length };
}

/** How large the next dump is with a database of this size. */
export function predictDumpBytes(dumps: MeasuredTimes['dumps'], databaseBytes: number): { bytes: number; measured: number } {
	if (dumps.length === 0) return { bytes: DEFAULT_DUMP_SHARE * databaseBytes, measured: 0 };
	return { bytes: median(dumps.map((one) => one.dumpBytes / Math.max(1, one.databaseBytes))) * databaseBytes, measured: dumps.length };
}

export type WayBackName = Target['wayBack'];

/** What each way does between the backup and BEGIN: so old is the backup then. */
const BEFORE_BEGIN: Record<WayBackName, TimedPart[]> = {
	scratch_restore: ['proof', 'quiescence'],
	attestation: ['definitions', 'quiescence'],
	rehearsed: ['definitions', 'quiescence'],
};

export type PredictedTimes = {
	databaseBytes: number;
	/** The parts that this target's runs have, in order. */
	parts: { part: TimedPart; time: PredictedTime }[];
	/** How old the backup is at BEGIN, with the way that is configured. */
	backupAgeMs: number;
	/** With that way the backup is younger than the target asks for. */
	keepsFreshness: boolean;
	/** Other ways that would keep it, each with the age. */
	wouldKeep: { way: WayBackName; backupAgeMs: number }[];
};

/** How long backup, proof and restore take with a database of this size, and whether the backup is still fresh at BEGIN. */
export function predictTimes({
	measured,
	databaseBytes,
	wayBack,
	freshnessMs,
}: {
	measured: MeasuredTimes;
	databaseBytes: number;
	wayBack: WayBackName;
	freshnessMs: number;
}): PredictedTimes {
	const timeOf = (part: TimedPart) => predictTime(part, measured[part], databaseBytes);
	const ageWith = (way: WayBackName) => BEFORE_BEGIN[way].reduce((sum, part) => sum + timeOf(part).ms, 0);
	const parts: TimedPart[] = wayBack === 'scratch_restore' ? ['backup', 'proof', 'swap', 'restore'] : ['backup', 'definitions', 'restore'];
	const ways = Object.keys(BEFORE_BEGIN) as WayBackName[];
	return {
		databaseBytes,
		parts: parts.map((part) => ({ part, time: timeOf(part) })),
		backupAgeMs: ageWith(wayBack),
		keepsFreshness: ageWith(wayBack) <= freshnessMs,
		wouldKeep: ways.filter((way) => way !== wayBack && ageWith(way) <= freshnessMs).map((way) => ({ way, backupAgeMs: ageWith(way) })),
	};
}

function median(values: number[]): number {
	const sorted = values.toSorted((a, b) => a - b);
	const middle = sorted.length / 2;
	return sorted.length % 2 === 1 ? (sorted[Math.floor(middle)] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}
