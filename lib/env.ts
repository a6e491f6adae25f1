import { readFileSync } from 'node:fs';
import { delimiter } from 'node:path';
import { z } from 'zod';

const environmentSchema = z
	.object({
		NODE_ENV: z.enum(['development', 'production', 'test']).default('production'),
		/** The console's own database, as a postgresql:// URL. */
		COUNTERSIGN_DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/, error: 'must be a postgresql:// URL' }),
		/** Path of the YAML file that defines the targets. */
		COUNTERSIGN_TARGETS: z.string().min(1, 'must be the path of the targets file'),
		/** Where people reach the console. Its origin is the only one that actions accept. */
		NEXTAUTH_URL: z.url({ protocol: /^https?$/, error: 'must be the http(s) address of the console' }),
		/** Encrypts the session cookie. */
		NEXTAUTH_SECRET: z.string().min(32, 'must have at least 32 characters'),
		/** `in-web`: runs are executed inside the web process. `separate`: only by `npm run worker`. */
		COUNTERSIGN_WORKER: z.enum(['in-web', 'separate'], 'must be in-web or separate').default('in-web'),
		/** How many reverse proxies of ours stand before the console; each appends the address it saw to X-Forwarded-For. */
		COUNTERSIGN_TRUSTED_PROXIES: z.coerce.number('must be a whole number').int().min(0).max(8).default(0),
		/** What Prometheus must send to read /metrics, as a bearer token. Without it there is no /metrics. */
		COUNTERSIGN_METRICS_TOKEN: z.string().min(16, 'must have at least 16 characters').optional(),
		/** A failpoint: the process kills itself there. For fault tests. */
		FAULT_AT: z.string().optional(),
	})
	.refine((given) => given.FAULT_AT === undefined || given.NODE_ENV === 'test', {
		path: ['FAULT_AT'],
		message: 'is accepted only when NODE_ENV is test',
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
	throw new Error(`The environment is not complete:\n${lines.join('\n')}`);
}

/**
 * The documented failpoint, or null: `FAULT_AT=<step>[:before|:after]` kills the process there. Throws when it is set anywhere but in
 * tests, so that it can never be forgotten in production.
 */
export function faultAt(): string | null {
	const place = process.env.FAULT_AT;
	if (!place) return null;
	if (process.env.NODE_ENV !== 'test') throw new Error('FAULT_AT is accepted only when NODE_ENV is test');
	return place;
}

/** Where a secret is kept: an environment variable's name, or a file's path (lib/domain/target.ts, SecretRef). */
type SecretPlace = { env: string } | { file: string };

/** Reads a secret. A file is trimmed. Throws an Error that names the variable or the file, never the value. */
export function readSecret(place: SecretPlace): string {
	const value = 'env' in place ? process.env[place.env] : readSecretFile(place.file);
	if (value) return value;
	throw new Error('env' in place ? `the environment variable ${place.env} is not set` : `the secret file ${place.file} is empty`);
}

/** Where PostgreSQL's programs are, when whoever deploys the console says so: then they are looked for nowhere else. */
export function namedProgramFolder(): string | null {
	return process.env.COUNTERSIGN_POSTGRESQL_BIN || null;
}

/** The folders that programs are looked for in, from PATH. */
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
