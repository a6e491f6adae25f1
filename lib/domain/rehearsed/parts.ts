/** The parts of a rehearsal, in order. */
export const REHEARSAL_PARTS = ['backup', 'restore', 'trial', 'transaction', 'smoke tests', 'restore again'] as const;
export type RehearsalPart = (typeof REHEARSAL_PARTS)[number];

export const PART_TITLE: Record<RehearsalPart, string> = {
	backup: 'Take a backup of the live database',
	restore: 'Restore it beside the live one',
	trial: 'Try the views',
	transaction: 'Apply the change and check it',
	'smoke tests': 'Run the smoke tests',
	'restore again': 'Restore the backup again',
};

/** When a rehearsal came to a part, ISO 8601. */
export type PartBegun = { part: RehearsalPart; at: string };

/**
 * - waiting: it has not come there
 * - running: it is at it
 * - done: it went on after it, or passed
 * - failed: it ended there
 * - skipped: it ended before
 */
export type PartState = 'waiting' | 'running' | 'done' | 'failed' | 'skipped';

/** How one part of a rehearsal stands. `expectedMs`: as long as it took the last time on this target; null when it is not known. */
export type SeenPart = { part: RehearsalPart; state: PartState; startedAt: string | null; ms: number | null; expectedMs: number | null };

type Course = { begun: readonly PartBegun[]; endedAt: string | null; hasFailed: boolean };

/** How long each part took that it went on from, in ms. */
export function msOfParts({ begun, endedAt }: Pick<Course, 'begun' | 'endedAt'>): Map<RehearsalPart, number> {
	return new Map(
		begun.flatMap(({ part, at }, index) => {
			const end = begun[index + 1]?.at ?? endedAt;
			return end ? [[part, Date.parse(end) - Date.parse(at)] as const] : [];
		}),
	);
}

/** All parts in order, as far as it has come. */
export function seenParts(course: Course, expected: ReadonlyMap<RehearsalPart, number>): SeenPart[] {
	const took = msOfParts(course);
	const last = course.begun.at(-1)?.part;
	return REHEARSAL_PARTS.map((part) => {
		const startedAt = course.begun.find((one) => one.part === part)?.at ?? null;
		return { part, state: stateOf(), startedAt, ms: took.get(part) ?? null, expectedMs: expected.get(part) ?? null };
		function stateOf(): PartState {
			if (startedAt === null) return course.endedAt === null ? 'waiting' : 'skipped';
			if (part !== last) return 'done';
			if (course.endedAt === null) return 'running';
			return course.hasFailed ? 'failed' : 'done';
		}
	});
}
