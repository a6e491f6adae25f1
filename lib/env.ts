import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { delimiter } from 'node:path';
import { z } from 'zod';

/** The first is of no use without the second. */
const GO_TOGETHER = [
	['COUNTERSIGN_SMTP_URL', 'COUNTERSIGN_MAIL_FROM'],
	['COUNTERSIGN_WEBHOOK', 'COUNTERSIGN_WEBHOOK_SECRET'],
] as const;

/** What signs a webhook: `whsec_` and at least 24 bytes in base64. */
export const WEBHOOK_SECRET = { pattern: /^whsec_[A-Za-z0-9+/]{32,}={0,2}$/, says: 'must be whsec_ and at least 24 bytes in base64' };

const environmentSchema = z
	.object({
		NODE_ENV: z.enum(['development', 'production', 'test']).default('production'),
		/** The console's own database, as a postgresql:// URL. */
		COUNTERSIGN_DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/, error: 'must be a postgresql:// URL' }),
		/** Path of the YAML file that defines the targets. */
		COUNTERSIGN_TARGETS: z.string().min(1, 'must be the path of the targets file'),
		/** The console's address for people. Actions accept its origin only. */
		NEXTAUTH_URL: z.url({ protocol: /^https?$/, error: 'must be the http(s) address of the console' }),
		/** Encrypts the session cookie. */
		NEXTAUTH_SECRET: z.string().min(32, 'must have at least 32 characters'),
		/** `in-web`: runs are executed inside the web process. `separate`: only by `npm run worker`. */
		COUNTERSIGN_WORKER: z.enum(['in-web', 'separate'], 'must be in-web or separate').default('in-web'),
		/** How many of our reverse proxies are in front of the console; each appends the address it saw to X-Forwarded-For. */
		COUNTERSIGN_TRUSTED_PROXIES: z.coerce.number('must be a whole number').int().min(0).max(8).default(0),
		/** What Prometheus must send to read /metrics, as a bearer token. Without it there is no /metrics. */
		COUNTERSIGN_METRICS_TOKEN: z.string().min(16, 'must have at least 16 characters').optional(),
		/** The mail server, as smtp:// or smtps://, with user and password where it asks for them. Without it no mail is sent. */
		COUNTERSIGN_SMTP_URL: z.url({ protocol: /^smtps?$/, error: 'must be an smtp:// or smtps:// URL' }).optional(),
		/** Whom mail comes from, such as `Countersign <countersign@example.com>`. */
		COUNTERSIGN_MAIL_FROM: z
			.string()
			.regex(/^[^\r\n]*[^\s@]+@[^\s@]+$/, 'must hold a mail address')
			.optional(),
		/** An incoming webhook of Slack, or of what understands the same. Its address is a secret. */
		COUNTERSIGN_CHAT_WEBHOOK: z.url({ protocol: /^https?$/, error: 'must be an http(s) URL' }).optional(),
		/** A webhook that is sent everything as JSON, signed. */
		COUNTERSIGN_WEBHOOK: z.url({ protocol: /^https?$/, error: 'must be an http(s) URL' }).optional(),
		/** Signs what is sent to COUNTERSIGN_WEBHOOK: `whsec_` and at least 24 bytes in base64. */
		COUNTERSIGN_WEBHOOK_SECRET: z.string().regex(WEBHOOK_SECRET.pattern, WEBHOOK_SECRET.says).optional(),
		/** A folder of bundles that a new change may begin from, one a sub-folder. Without it there are none. */
		COUNTERSIGN_TEMPLATES: z.string().optional(),
		/** A failpoint: the process kills itself there. For fault tests. */
		FAULT_AT: z.string().optional(),
	})
	.refine((given) => given.FAULT_AT === undefined || given.NODE_ENV === 'test', {
		path: ['FAULT_AT'],
		message: 'is accepted only when NODE_ENV is test',
	})
	.superRefine((given, ctx) => {
		for (const [one, other] of GO_TOGETHER)
			if (given[one] !== undefined && given[other] === undefined)
				ctx.addIssue({ code: 'custom', path: [other], message: `must be set where ${one} is` });
	});
/** Every variable that the console reads, besides those that the targets file names for secrets. */
export const ENVIRONMENT_NAMES: readonly string[] = Object.keys(environmentSchema.shape);
export type Environment = z.infer<typeof environmentSchema>;

let parsed: Environment | undefined;

/** The environment, parsed once, on first use: `next build` needs none of it. Throws an Error that names each bad variable, never a value. */
export function env(): Environment {
	parsed ??= parseEnvironment(process.env);
	return parsed;
}

/** See `env`; a separate function so that it can be tested with any variables. An empty variable counts as not set. */
export function parseEnvironment(variables: Record<string, string | undefined>): Environment {
	const given = Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ''));
	const result = environmentSchema.safeParse(given);
	if (result.success) return result.data;
	const lines = result.error.issues.map((issue) => {
		const name = String(issue.path[0]);
		return `  ${name} ${given[name] === undefined ? 'is not set' : issue.message}`;
	});
	throw new Error(`The environment is incomplete:\n${lines.join('\n')}`);
}

/**
 * The documented failpoint, or null: `FAULT_AT=<step>[:before|:after]` kills the process there. Throws when it is set anywhere but in
 * tests, so that it can never be left on in production.
 */
export function faultAt(): string | null {
	const place = process.env.FAULT_AT;
	if (!place) return null;
	if (process.env.NODE_ENV !== 'test') throw new Error('FAULT_AT is accepted only when NODE_ENV is test');
	return place;
}

/** Where a secret is: an environment variable's name, or a file's path (lib/domain/target/target.ts, SecretRef). */
type SecretPlace = { env: string } | { file: string };

/** Reads a secret. A file is trimmed. Throws an Error that names the variable or the file, never the value. */
export function readSecret(place: SecretPlace): string {
	const value = 'env' in place ? process.env[place.env] : readSecretFile(place.file);
	if (value) return value;
	throw new Error('env' in place ? `the environment variable ${place.env} is not set` : `the secret file ${place.file} is empty`);
}

/** Where people of another console find this one: its address, or this machine's name. */
export function consoleAddress(): string {
	return process.env.NEXTAUTH_URL || hostname();
}

/** Where PostgreSQL's programs are, if the deployer has set it: then they are not searched for elsewhere. */
export function namedProgramFolder(): string | null {
	return process.env.COUNTERSIGN_POSTGRESQL_BIN || null;
}

/** The folders to search for programs, from PATH. */
export function programFolders(): string[] {
	return (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
}

function readSecretFile(path: string): string {
	try {
		return readFileSync(path, 'utf8').trim();
	} catch (error) {
		throw new Error(`the secret file ${path} cannot be read: ${(error as NodeJS.ErrnoException).code}`);
	}
}
