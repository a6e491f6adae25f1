import { z } from 'zod';
import { durationMs } from '../wording/duration.ts';

/** PostgreSQL's own limits that a bundle may tighten but never loosen (the seed's values). */
export const LIMITS = { lockTimeoutMs: 10_000, statementTimeoutMs: 300_000, trialTimeoutMs: 30_000 } as const;

const roleName = z.string().min(1).max(63);
const sql = z.string().min(1).max(100_000);
const name = z.string().min(1).max(200);
const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);

/** What a check must find: exactly one of these. */
export const expectationSchema = z.union([
	/** The first column of the only row equals this, compared as PostgreSQL's text ("t" and "f" for booleans are given as true and false). */
	z.strictObject({ value: scalar }),
	/** Exactly this many rows. */
	z.strictObject({ rows: z.int().min(0) }),
	/** The first column of the only row is a number of at least this. */
	z.strictObject({ atLeast: z.number() }),
	/** The statement fails with exactly this SQLSTATE. */
	z.strictObject({ sqlstate: z.string().regex(/^[0-9A-Z]{5}$/, 'must be an SQLSTATE of five characters') }),
	/** The role sees exactly these rows, in this order: each row an array of values, compared as text. */
	z.strictObject({ sees: z.array(z.array(scalar)) }),
]);
export type Expectation = z.infer<typeof expectationSchema>;

const tightened = (max: number, label: string) =>
	durationMs.refine((ms) => ms <= max, `at most ${max / 1000}s: a bundle may tighten the ${label}, never loosen it`);

/** The manifest of a bundle, as filed (YAML). docs/formats.md describes each field. */
export const manifestSchema = z.strictObject({
	version: z.literal(1),
	/** Files in the order of execution, under their phases. Every .sql file of the bundle is named exactly once. */
	phases: z.array(z.strictObject({ name, files: z.array(z.string().min(1).max(500)).min(1) })).min(1),
	timeouts: z
		.strictObject({
			lock: tightened(LIMITS.lockTimeoutMs, 'lock_timeout').optional(),
			statement: tightened(LIMITS.statementTimeoutMs, 'statement_timeout').optional(),
			trial: tightened(LIMITS.trialTimeoutMs, 'trial timeout').optional(),
		})
		.default({}),
	/** Abort conditions, tighter than the target's. A looser one is refused when the change is filed. */
	thresholds: z
		.strictObject({
			errors: z.int().min(1).optional(),
			deadlocks: z.int().min(0).optional(),
			responseTime: durationMs.optional(),
			cpu: z.number().gt(0).max(100).optional(),
			waitingBehindUs: durationMs.optional(),
		})
		.optional(),
	/** Read before anything changes, in a READ ONLY transaction, as that role. A name is read as `select * from NAME limit 0`. */
	trial: z
		.array(
			z.union([
				z.strictObject({ role: roleName, views: z.array(z.string().min(1).max(200)).min(1) }),
				z.strictObject({ role: roleName, name, sql }),
			]),
		)
		.default([]),
	/** Inside the transaction, after the bundle, before COMMIT. */
	verifications: z.array(z.strictObject({ name, sql, expect: expectationSchema })).default([]),
	/** As the application's own role: inside the transaction before COMMIT, and again after. */
	smokeTests: z.array(z.strictObject({ name, role: roleName, sql, expect: expectationSchema })).default([]),
	/** Rows that were there and that a reader of the target (by its name) may see from now on; a rehearsal fails on others. */
	reveals: z.array(z.strictObject({ reader: name, relation: z.string().min(1).max(200) })).default([]),
	/** The row written into the target's change log, inside the transaction. */
	changeLog: z
		.strictObject({ tableName: z.string().min(1), operation: z.string().min(1), rowData: z.record(z.string(), z.json()).default({}) })
		.optional(),
	/** Services (named in the target's definition) that are restarted after a safe end, and stopped for a restore. */
	services: z.array(name).default([]),
	/** Whether a second database is made before the transaction, so that a restore needs only two renames. The dump is taken as well. */
	standbyCopy: z.boolean().default(false),
	/** What happens when a smoke test fails after COMMIT. */
	restore: z.enum(['confirmed', 'automatic']).default('confirmed'),
});
export type Manifest = z.infer<typeof manifestSchema>;

/** A file of a bundle: its path inside it, its phase and its exact bytes. */
export type BundleFile = { path: string; phase: string; bytes: Buffer };
