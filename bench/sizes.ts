/** How much is made and how often it is measured. */
export type Sizes = {
	/** Small tables with policies, grants, triggers and views. */
	tables: number;
	/** pgbench's scale: 15 MB each. */
	scale: number;
	/** Rows of the wide event log, with its GIN index. */
	events: number;
	/** Files of seven statements each. */
	files: number;
	/** How often baseline and console take turns. */
	rounds: number;
	/** Whether it is big enough for the ratios to mean something. */
	judged: boolean;
};

/** A production-like database of 1.7 GB. Every trial leaves one or two: 60 GB of disk are needed. */
export const FULL: Sizes = { tables: 500, scale: 70, events: 1_500_000, files: 200, rounds: 3, judged: true };

/** That the benchmark works, in two minutes. */
export const QUICK: Sizes = { tables: 20, scale: 1, events: 5_000, files: 20, rounds: 1, judged: false };
