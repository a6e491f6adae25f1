/** Why there is no value. Never replaced by zero: a zero would look healthy. */
export type NotMeasured = { notMeasured: string };

/** What was measured on the target at one time. One per second; stored with the run. */
export type Sample = {
	/** ISO 8601, by the console's clock. */
	at: string;
	/** What the application logged since watching started, and how many errors (see `isErrorLevel`) since BEGIN. */
	errors: { byLevel: Record<string, number>; sinceBegin: number } | NotMeasured;
	/** Sessions of others in the target; the console's own are not counted. */
	sessions: { byState: Record<string, number>; total: number };
	waiting: {
		count: number;
		longestMs: number;
		/** Sessions that wait for the run's backend, directly or indirectly. */
		behindUs: { count: number; longestMs: number };
		/** The run's own backends, as they appear in `blockedBy`. */
		runPids: number[];
		/** At most 20: first those behind us, then the longest waits. */
		tree: WaitingSession[];
	};
	/** Since watching started. */
	deadlocks: number;
	/** Of others; null when nobody has one open. */
	oldestTransactionMs: number | null;
	/** Empty where there are no replicas. */
	replication: { name: string; lagBytes: number | null; lagMs: number | null }[];
	/** Written by the whole cluster since watching started. */
	wal: { bytes: number; perSecond: number };
	/** The application's health endpoint. `ms` is null when it did not answer; `error` says what was wrong. */
	response: { ms: number | null; error?: string } | NotMeasured;
	/** Of the database's host, in percent of all its processors. */
	cpu: { percent: number; source: 'proc' | 'prometheus' } | NotMeasured;
	/** How long this sample took. */
	tookMs: number;
};

/** A session that waits for a lock. */
export type WaitingSession = {
	pid: number;
	user: string;
	application: string;
	waitedMs: number;
	/** `schema.name`; null when the lock is not about a relation, or its name cannot be asked for. */
	relation: string | null;
	/** As pg_locks has it, such as `AccessShareLock`. */
	mode: string;
	blockedBy: number[];
	behindUs: boolean;
	/** Redacted and cut. */
	query: string;
};

const ERROR_LEVELS = ['error', 'fatal', 'critical', 'panic', 'emergency', 'alert'];

/** Whether a level of the application's log is an error or worse, whatever its case. */
export function isErrorLevel(level: string): boolean {
	return ERROR_LEVELS.includes(level.toLowerCase());
}
