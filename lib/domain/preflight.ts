/** What is asked of the target right before a run, in the order in which it is shown. */
export const PREFLIGHT_SUBJECTS = [
	'roles',
	'transactions',
	'prepared transactions',
	'dumps',
	'autovacuum',
	'replicas',
	'disk of the database',
	'disk of the backups',
] as const;
export type PreflightSubject = (typeof PREFLIGHT_SUBJECTS)[number];

export const PREFLIGHT_TITLE: Record<PreflightSubject, string> = {
	roles: 'Roles',
	transactions: 'Transactions',
	'prepared transactions': 'Prepared transactions',
	dumps: 'Dumps',
	autovacuum: 'Autovacuum',
	replicas: 'Replicas',
	'disk of the database': 'Disk of the database',
	'disk of the backups': 'Disk of the backups',
};

/**
 * - clear: nothing is in the way
 * - unknown: it could not be asked
 * - warns: it may end the run, or cost others something; the run is begun all the same
 * - blocks: the run would certainly end with it, so it is not begun
 */
export type PreflightState = 'clear' | 'unknown' | 'warns' | 'blocks';

/** One thing in the way: what it is, what it would do to the run, and what helps. Each a sentence or more. */
export type Obstacle = { what: string; effect: string; remedy: string };

export type PreflightItem = {
	subject: PreflightSubject;
	state: PreflightState;
	/** In a line. */
	words: string;
	obstacles: Obstacle[];
};

export type Preflight = {
	/** The target's clock. ISO 8601. */
	at: string;
	items: PreflightItem[];
};

/** Everything of one state, each as its three sentences. */
export function obstaclesOf({ items }: Preflight, state: PreflightState): string[] {
	return items
		.filter((item) => item.state === state)
		.flatMap(({ words, obstacles }) =>
			obstacles.length > 0 ? obstacles.map(({ what, effect, remedy }) => `${what} ${effect} ${remedy}`) : [words],
		);
}
