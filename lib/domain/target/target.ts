import { z } from 'zod';
import { REVIEW_CODES } from '../bundle/finding.ts';
import { SEATS } from '../roles.ts';
import { DEFAULT_LIMITS } from '../watching/thresholds.ts';
import { durationMs } from '../wording/duration.ts';
import { namedQueriesSchema, readersSchema } from './readers.ts';
import { windowSchema } from './window.ts';

/** The file never contains a secret, only the name of an environment variable or the path of a file. */
export const secretSchema = z.union([z.strictObject({ env: z.string().min(1) }), z.strictObject({ file: z.string().min(1) })]);
export type SecretRef = z.infer<typeof secretSchema>;

/** fetch refuses an address with a user or password, and its error would reveal them. */
const url = z.url({ protocol: /^https?$/ }).refine((text) => {
	const address = URL.parse(text);
	return !address?.username && !address?.password;
}, 'must not contain a user or a password');
const login = z.strictObject({ user: z.string().min(1), password: secretSchema });
const relation = z.string().regex(/^[a-z_][a-z0-9_$]*\.[a-z_][a-z0-9_$]*$/i, 'schema.table');

const serviceSchema = z.union([
	z.strictObject({ name: z.string().min(1), systemd: z.string().min(1) }),
	/** POST stop and start; GET status answers `{"running": true|false}`. */
	z.strictObject({ name: z.string().min(1), http: z.strictObject({ stop: url, start: url, status: url, token: secretSchema.optional() }) }),
]);
export type Service = z.infer<typeof serviceSchema>;

/**
 * Where the people around a target hear of its runs: an incoming webhook of a chat (Slack's, or what understands the same), or one that is sent
 * signed JSON (`secret`: whsec_ and at least 24 bytes in base64). The addresses are secrets too: who knows one can post there.
 */
const channelSchema = z.union([
	z.literal('none'),
	z.strictObject({ chat: secretSchema }),
	z.strictObject({ webhook: secretSchema, secret: secretSchema }),
]);
export type Channel = z.infer<typeof channelSchema>;

/** A PostgreSQL server, and how it is reached. */
const serverFields = {
	host: z.string().min(1),
	port: z.int().min(1).max(65535).default(5432),
	/** As libpq means it. `require` encrypts without checking the certificate. */
	sslmode: z.enum(['disable', 'require', 'verify-full']).default('verify-full'),
	/** A file of certificates (PEM). Without it Node's own list counts; NODE_EXTRA_CA_CERTS adds to it. */
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
};
const LOGINS = ['run', 'backup', 'restore'] as const;
type ServerTls = { sslmode: string; sslrootcert?: string | undefined };
const checksItsAuthority = ({ sslmode, sslrootcert }: ServerTls) => sslrootcert === undefined || sslmode === 'verify-full';
const CHECKS_NONE = { path: ['sslrootcert'], message: 'is for sslmode verify-full only: the other modes check no certificate' };

const targetFields = z.strictObject({
	name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'must consist of lower-case letters, digits and hyphens'),
	description: z.string().default(''),
	connection: z
		.strictObject({
			...serverFields,
			database: z.string().min(1),
			/** The role that owns the application's objects: the bundle runs as it, and what it creates belongs to it. */
			appliesAs: z.string().min(1).optional(),
		})
		.refine(checksItsAuthority, CHECKS_NONE),
	window: windowSchema,
	/** Another target of this file, where a bundle runs before it comes here. */
	staging: z.string().optional(),
	/** Who signs. Only a staging target may ask for fewer than all three, and whoever signs does it in this order. */
	seats: z
		.array(z.enum(SEATS))
		.min(1)
		.refine(
			(seats) => SEATS.filter((seat) => seats.includes(seat)).join() === seats.join(),
			'name each seat once, in the order dba, security_officer, chairman',
		)
		.default([...SEATS]),
	/** How long a restore may take: the window must have this much left besides the run itself. */
	restoreBudget: durationMs.default(600_000),
	backup: z.strictObject({
		folder: z.string().min(1),
		/** How many of the newest dumps of the target are kept. */
		keep: z.int().min(1).default(5),
		jobs: z.int().min(1).max(16).default(2),
		freshness: durationMs.default(900_000),
	}),
	/** `archived`: a restore point is made and must be archived. `not_required`: the deployer does not need one. */
	recoveryPoint: z.enum(['archived', 'not_required']).default('archived'),
	/**
	 * How "rollback plan tested" is shown: by restoring this run's backup, by the DBA's signed attestation, or by a rehearsal of the revision, which
	 * has restored a backup in full. With the last two a run restores the definitions of its backup, and compares them.
	 */
	wayBack: z.enum(['scratch_restore', 'attestation', 'rehearsed']).default('scratch_restore'),
	/** How a revision is rehearsed on a restored backup. */
	rehearsal: z
		.strictObject({
			/** Whether filing a revision asks for it; people can always ask. */
			starts: z.enum(['when_filed', 'when_asked']).default('when_asked'),
			/** Whether nobody can sign a revision before a rehearsal of it has passed. */
			required: z.boolean().default(false),
			/** A larger database is not rehearsed: its copy takes that much of the server's disk, twice at the end. */
			maxDatabaseBytes: z.int().positive().default(50_000_000_000),
			/** A run is begun only if the window has room for the rehearsed times so often, besides the restore. */
			margin: z.number().min(1).max(100).default(2),
			/** What takes longer is given up. */
			maxDuration: durationMs.default(3_600_000),
			/** Whose rows are counted before the change and with it: what becomes visible to one of them is shown. */
			readers: readersSchema.default([]),
			/** Whose plans are compared, before the change and right after it. */
			queries: namedQueriesSchema.default([]),
			/** Another PostgreSQL server to rehearse on; without it, the target's own. Its logins have the names of the target's. */
			server: z.strictObject(serverFields).refine(checksItsAuthority, CHECKS_NONE).optional(),
			/** A kept backup of the target that is no older is used again while the catalog is the same; without it, each rehearsal takes one. */
			backupNotOlderThan: durationMs.optional(),
			/** For how long after its end a rehearsal shows the way back, where that is `rehearsed`. */
			freshness: durationMs.default(259_200_000),
		})
		.prefault({}),
	/** Whether a plan may ask for a standby copy, and up to which size of the database the server has room for one. */
	standbyCopy: z.union([z.literal('refused'), z.strictObject({ maxDatabaseBytes: z.int().positive() })]).default('refused'),
	maintenance: z.union([
		z.literal('none'),
		/** POST enable and disable; GET status answers `{"maintenance": true|false}`. */
		z.strictObject({ enable: url, disable: url, status: url, token: secretSchema }),
	]),
	health: z.union([z.literal('none'), url]),
	services: z.array(serviceSchema).default([]),
	alerts: z.union([z.literal('none'), z.strictObject({ webhook: url, token: secretSchema.optional() })]),
	/** Where the people around the target hear of its runs, besides what each person has chosen. */
	channel: channelSchema.default('none'),
	/** Where the application's services log, with the columns for the level and the time. */
	logTable: z.strictObject({ table: relation, level: z.string().default('level'), at: z.string().default('timestamp') }).optional(),
	/** Where the change-log row goes. */
	changeLogTable: relation.optional(),
	/** Roles that trial queries may use. */
	restrictedRoles: z.array(z.string().min(1)).default([]),
	/** Roles that smoke tests may use, besides the restricted ones. */
	smokeTestRoles: z.array(z.string().min(1)).default([]),
	/** Which roles may not have which privileges on the tables of which schemas. Giving them one must be accepted by name. */
	boundaries: z
		.array(
			z.strictObject({
				schemas: z.array(z.string().min(1)).min(1),
				/** In a name, `*` stands for any characters. */
				roles: z.array(z.string().min(1)).min(1),
				privileges: z
					.array(z.enum(['select', 'insert', 'update', 'delete', 'truncate', 'references', 'trigger']))
					.min(1)
					.default(['insert', 'update', 'delete', 'truncate']),
			}),
		)
		.default([]),
	/** Findings of the review that ask more here than usual, by their codes. Less is not possible: the higher of the two counts. */
	severities: z
		.record(
			z.string().refine((code) => /^squawk_[a-z0-9_]+$/.test(code) || REVIEW_CODES.some((one) => one === code), 'is no code of a finding'),
			z.enum(['accept', 'blocks']),
		)
		.default({}),
	/** Whether a person who signed may also execute. */
	operatorMaySign: z.boolean().default(true),
	/** Whether a change with an open comment may be signed. */
	comments: z.enum(['may_stay_open', 'resolved_before_signing']).default('may_stay_open'),
	signaturesExpireAfter: durationMs.default(86_400_000),
	/** Where the CPU use of the database's host is read. Without `prometheus`: by SQL from /proc/stat, if the backup login may (enroll). */
	hostCpu: z
		.strictObject({
			/** The URL of an instant query whose single value is the percentage in use: `http://prometheus:9090/api/v1/query?query=…`. */
			prometheus: url.optional(),
			/** Whether a run stops when the CPU cannot be measured. */
			required: z.boolean().default(false),
		})
		.prefault({}),
	/** What aborts a run from BEGIN until its smoke tests have passed. A bundle may tighten, never loosen. */
	thresholds: z
		.strictObject({
			/** A transaction older than this, or a dump, would block our locks: the run stops. */
			longTransaction: durationMs.default(30_000),
			/** This many errors in the log table since BEGIN. */
			errors: z.int().min(1).default(DEFAULT_LIMITS.errors),
			/** More deadlocks than this since the start. */
			deadlocks: z.int().min(0).default(DEFAULT_LIMITS.deadlocks),
			/** A slower answer of the health endpoint, in 3 samples in a row. */
			responseTime: durationMs.default(DEFAULT_LIMITS.responseMs),
			/** More of the host's CPU than this, in percent, for 10 s. */
			cpu: z.number().gt(0).max(100).default(DEFAULT_LIMITS.cpuPercent),
			/** Others waiting behind our locks for longer than this. */
			waitingBehindUs: durationMs.default(DEFAULT_LIMITS.waitingBehindUsMs),
		})
		.prefault({}),
});
export const targetSchema = targetFields
	.refine(
		({ connection, rehearsal: { server } }) => !server || LOGINS.every((name) => server.logins[name].user === connection.logins[name].user),
		{
			path: ['rehearsal', 'server', 'logins'],
			message: 'must have the same names as those of the target: who applies a change is part of what is rehearsed',
		},
	)
	.refine(({ wayBack, rehearsal }) => wayBack !== 'rehearsed' || rehearsal.starts === 'when_filed', {
		path: ['rehearsal', 'starts'],
		message: 'must be when_filed where wayBack is rehearsed: nobody should learn at Execute that no rehearsal has passed',
	});
export type Target = z.infer<typeof targetSchema>;

export const targetsFileSchema = z.strictObject({ targets: z.array(targetSchema).min(1) }).superRefine(({ targets }, ctx) => {
	const names = targets.map((t) => t.name);
	const wrong = (index: number, field: string, message: string) =>
		ctx.addIssue({ code: 'custom', path: ['targets', index, field], message });
	for (const name of names.filter((n, i) => names.indexOf(n) !== i)) {
		ctx.addIssue({ code: 'custom', path: ['targets'], message: `two targets are named ${name}` });
	}
	for (const [index, { name, staging, seats }] of targets.entries()) {
		const isStaging = targets.some((other) => other.staging === name);
		if (seats.length < SEATS.length && !isStaging)
			wrong(index, 'seats', 'may leave out a seat only for a target that another one names as `staging`');
		if (staging === undefined) continue;
		if (staging === name || !names.includes(staging))
			wrong(index, 'staging', `must be the name of another target of this file: ${staging}`);
		if (isStaging) wrong(index, 'staging', `${name} is a staging target itself: a bundle runs on one before production`);
	}
});
export type LoginName = keyof Target['connection']['logins'];

/** Which database it is, whatever it is called: PostgreSQL's system identifier and the database's OID, as decimal text. */
export type TargetIdentity = { systemIdentifier: string; databaseOid: string };
