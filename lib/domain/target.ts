import { z } from 'zod';
import { durationMs } from './duration.ts';
import { DEFAULT_LIMITS } from './thresholds.ts';
import { windowSchema } from './window.ts';

/** A secret is never in the file itself: it is the name of an environment variable, or the path of a file. */
export const secretSchema = z.union([z.strictObject({ env: z.string().min(1) }), z.strictObject({ file: z.string().min(1) })]);
export type SecretRef = z.infer<typeof secretSchema>;

/** fetch takes no address with a user or password, and its error would tell them. */
const url = z.url({ protocol: /^https?$/ }).refine((text) => {
	const address = URL.parse(text);
	return !address?.username && !address?.password;
}, 'must hold no user and no password');
const login = z.strictObject({ user: z.string().min(1), password: secretSchema });
const relation = z.string().regex(/^[a-z_][a-z0-9_$]*\.[a-z_][a-z0-9_$]*$/i, 'schema.table');

const serviceSchema = z.union([
	z.strictObject({ name: z.string().min(1), systemd: z.string().min(1) }),
	/** POST stop and start; GET status answers `{"running": true|false}`. */
	z.strictObject({ name: z.string().min(1), http: z.strictObject({ stop: url, start: url, status: url, token: secretSchema.optional() }) }),
]);
export type Service = z.infer<typeof serviceSchema>;

export const targetSchema = z.strictObject({
	name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'lower case letters, digits and hyphens'),
	description: z.string().default(''),
	connection: z
		.strictObject({
			host: z.string().min(1),
			port: z.int().min(1).max(65535).default(5432),
			database: z.string().min(1),
			/** As libpq means it. `require` encrypts without checking the certificate. */
			sslmode: z.enum(['disable', 'require', 'verify-full']).default('verify-full'),
			/** A file of certificates (PEM). Without it those count that Node trusts: NODE_EXTRA_CA_CERTS adds to them. */
			sslrootcert: z.string().min(1).optional(),
			/** Where the run's lock lives and the cluster is watched from: all consoles must name the same one. */
			maintenanceDatabase: z.string().min(1).default('postgres'),
			logins: z.strictObject({
				/** Applies the change: marker, bundle, checks. */
				run: login,
				/** Reads everything: dump, fingerprint, census, activity. */
				backup: login,
				/** Makes databases, restores into them, swaps. */
				restore: login,
			}),
			/** The role that owns the application's objects: the bundle runs as it, and what it creates belongs to it. */
			appliesAs: z.string().min(1).optional(),
		})
		.refine(({ sslmode, sslrootcert }) => sslrootcert === undefined || sslmode === 'verify-full', {
			path: ['sslrootcert'],
			message: 'is for sslmode verify-full only: the others check no certificate',
		}),
	window: windowSchema,
	/** What a restore may take: the window must have this much left beyond the run itself. */
	restoreBudget: durationMs.default(600_000),
	backup: z.strictObject({
		folder: z.string().min(1),
		/** The newest this many dumps of the target are kept. */
		keep: z.int().min(1).default(5),
		jobs: z.int().min(1).max(16).default(2),
		freshness: durationMs.default(900_000),
	}),
	/** `archived`: a restore point is made and the archiver must be seen past it. `not_required`: the deployer does without. */
	recoveryPoint: z.enum(['archived', 'not_required']).default('archived'),
	/** How "rollback plan tested" is shown: by restoring this run's backup, or by the DBA's signed attestation. */
	wayBack: z.enum(['scratch_restore', 'attestation']).default('scratch_restore'),
	/** Whether a plan may ask for a standby copy, and up to which size of the database the server has room for a second one. */
	standbyCopy: z.union([z.literal('refused'), z.strictObject({ maxDatabaseBytes: z.int().positive() })]).default('refused'),
	maintenance: z.union([
		z.literal('none'),
		/** POST enable and disable; GET status answers `{"maintenance": true|false}`. */
		z.strictObject({ enable: url, disable: url, status: url, token: secretSchema }),
	]),
	health: z.union([z.literal('none'), url]),
	services: z.array(serviceSchema).default([]),
	alerts: z.union([z.literal('none'), z.strictObject({ webhook: url, token: secretSchema.optional() })]),
	/** Where the application's services log, with the columns for the level and the time. */
	logTable: z.strictObject({ table: relation, level: z.string().default('level'), at: z.string().default('timestamp') }).optional(),
	/** Where the change-log row goes. */
	changeLogTable: relation.optional(),
	/** Roles that trial queries may use. */
	restrictedRoles: z.array(z.string().min(1)).default([]),
	/** Roles that smoke tests may use, beside the restricted ones. */
	smokeTestRoles: z.array(z.string().min(1)).default([]),
	/** Whether somebody who signed may also press Execute. */
	operatorMaySign: z.boolean().default(true),
	signaturesExpireAfter: durationMs.default(86_400_000),
	/** Where the CPU of the database's host is read. Without `prometheus` by SQL from /proc/stat, where the backup login may (enroll). */
	hostCpu: z
		.strictObject({
			/** The URL of an instant query whose only value is the percentage in use: `http://prometheus:9090/api/v1/query?query=…`. */
			prometheus: url.optional(),
			/** Whether a run stops where the CPU cannot be measured. */
			required: z.boolean().default(false),
		})
		.prefault({}),
	/** What aborts a run from BEGIN until its smoke tests have passed. A bundle may tighten, never loosen. */
	thresholds: z
		.strictObject({
			/** A transaction older than this, or a dump, would make our locks queue: it blocks. */
			longTransaction: durationMs.default(30_000),
			/** This many errors in the log table since BEGIN. */
			errors: z.int().min(1).default(DEFAULT_LIMITS.errors),
			/** More deadlocks than this since the start. */
			deadlocks: z.int().min(0).default(DEFAULT_LIMITS.deadlocks),
			/** A slower answer of the health endpoint, in 3 samples running. */
			responseTime: durationMs.default(DEFAULT_LIMITS.responseMs),
			/** More percent of the host's CPU than this, for 10 s running. */
			cpu: z.number().gt(0).max(100).default(DEFAULT_LIMITS.cpuPercent),
			/** Others waiting behind our locks for longer than this. */
			waitingBehindUs: durationMs.default(DEFAULT_LIMITS.waitingBehindUsMs),
		})
		.prefault({}),
});
export type Target = z.infer<typeof targetSchema>;

export const targetsFileSchema = z.strictObject({ targets: z.array(targetSchema).min(1) }).superRefine((file, ctx) => {
	const names = file.targets.map((t) => t.name);
	for (const name of names.filter((n, i) => names.indexOf(n) !== i)) {
		ctx.addIssue({ code: 'custom', path: ['targets'], message: `two targets are named ${name}` });
	}
});
export type LoginName = keyof Target['connection']['logins'];

/** Which database it is, whatever it is called: PostgreSQL's system identifier and the database's OID, as decimal text. */
export type TargetIdentity = { systemIdentifier: string; databaseOid: string };
