/** Why there is no figure. Never a zero in its place: a zero would look well. */
export type NotMeasured = { notMeasured: string };

/** What was seen of the target at one moment. One a second; kept with the run. */
export type Sample = {
	/** ISO 8601, by the console's clock. */
	at: string;
	/** What the application logged since the watching began, and how many errors (see `isErrorLevel`) since BEGIN. */
	errors: { byLevel: Record<string, number>; sinceBegin: number } | NotMeasured;
	/** Others' sessions in the target: the console's own are not counted. */
	sessions: { byState: Record<string, number>; total: number };
	waiting: {
		count: number;
		longestMs: number;
		/** Those that wait for the run's own backend, directly or behind one another. */
		behindUs: { count: number; longestMs: number };
		/** The run's own backends, as `blockedBy` names them. */
		runPids: number[];
		/** At most 20, those behind us and the longest waits first. */
		tree: WaitingSession[];
	};
	/** Since the watching began. */
	deadlocks: number;
	/** Of others; null when nobody has one open. */
	oldestTransactionMs: number | null;
	/** Empty where there are no replicas. */
	replication: { name: string; lagBytes: number | null; lagMs: number | null }[];
	/** Written by the whole cluster since the watching began. */
	wal: { bytes: number; perSecond: number };
	/** Of the application's health endpoint. `ms` is null when it did not answer; `error` also says what was wrong with an answer. */
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
