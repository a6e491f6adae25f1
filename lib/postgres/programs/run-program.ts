import { spawn } from 'node:child_process';
import { access, constants, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { getCACertificates } from 'node:tls';
import type { LoginName, Target } from '#lib/domain/target/target.ts';
import { programFolders, readSecret } from '#lib/env.ts';
import { APPLICATION_PREFIX, answerWithin, withTarget } from '#lib/postgres/connection/connect.ts';
import { readServerMajor } from '#lib/postgres/connection/server-version.ts';
import { PROGRAM_SETTINGS } from '#lib/postgres/connection/session-settings.ts';
import { redact } from '#lib/redact.ts';
import { withPassfile } from './passfile.ts';
import { findProgram, findProgramFor, type ProgramName } from './programs.ts';
import { isProgress, whatWentWrong } from './said-by-program.ts';

export type RunProgramInput = {
	program: ProgramName;
	/** Without connection options: those come from `as`. */
	args: string[];
	/** The login it connects with; absent for a program that does not connect. */
	as?: {
		target: Target;
		login: LoginName;
		applicationName?: string;
		/** Of its sessions on the server. Values without spaces. */
		settings?: Record<string, string>;
	};
	/** Ends the program: SIGTERM, then SIGKILL after 5 s. */
	signal?: AbortSignal;
	/** Called with each line of standard error. */
	onLine?: (line: string) => void;
	/** Called with each line of standard output, which is thrown away otherwise. */
	onOutput?: (line: string) => void;
};

type Environment = Record<string, string>;
type Ended = { lines: string[]; ending: string | null };

const KILL_AFTER_MS = 5_000;
/** The last lines of standard error are kept for the error's message; those about progress are not. */
const KEPT_LINES = 1_000;
const BARE_ENVIRONMENT: Environment = { LC_ALL: 'C' };

/**
 * Runs one of PostgreSQL's programs: no shell, no environment but its own, the password in a passfile.
 * Throws on any exit status but 0, on a signal, and on an error line, with the program's own message, redacted.
 *
 * With util-linux's setpriv the program gets SIGTERM when this process dies, even by SIGKILL. Without it an orphan continues
 * until the server notices (client_connection_check_interval) or it is done; it blocks nothing that a later run needs.
 */
export async function runProgram(input: RunProgramInput): Promise<void> {
	if (!input.as) return finish(input, BARE_ENVIRONMENT, []);
	const { as } = input;
	const { target, login } = as;
	const { host, port, logins } = target.connection;
	const password = readSecret(logins[login].password);
	return withPassfile({ host, port, user: logins[login].user, password }, async (passfile) => {
		return finish(input, await connectionEnvironment({ ...as, passfile }), [password]);
	});
}

/** A database's name for `--dbname`, safe whatever it contains: libpq would read one with "=" as a connection string. */
export function databaseOption(database: string): string {
	return `--dbname=dbname='${database.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

async function finish(input: RunProgramInput, environment: Environment, secrets: string[]): Promise<void> {
	const { as, program, signal } = input;
	// One that connects to nothing is the newest: it reads what any other has written.
	const path = await (as ? findProgramFor(program, () => askMajor(as, signal)) : findProgram(program));
	const guard = await deathGuard();
	input.signal?.throwIfAborted();
	const { lines, ending } = await waitForEnd([...guard, path, ...input.args], environment, input);
	if (input.signal?.aborted) throw new Error(`${input.program} was stopped`, { cause: input.signal.reason });
	const { error, told } = whatWentWrong(lines);
	if (ending === null && !error) return;
	const message = [...(ending === null ? [] : [ending]), ...told].join('\n');
	throw new Error(`${input.program} failed: ${redact(message, secrets)}`);
}

async function askMajor({ target, login, applicationName }: NonNullable<RunProgramInput['as']>, signal?: AbortSignal): Promise<number> {
	const database = target.connection.maintenanceDatabase;
	const place = { target, login, database, signal: signal ?? answerWithin() };
	return withTarget(applicationName === undefined ? place : { ...place, applicationName }, readServerMajor);
}

type Connection = NonNullable<RunProgramInput['as']> & { passfile: string };

async function connectionEnvironment({ target, login, applicationName, settings, passfile }: Connection): Promise<Environment> {
	const { host, port, logins, sslmode, sslrootcert } = target.connection;
	const home = dirname(passfile);
	const certificates = join(home, 'root.crt');
	// libpq has no certificates of its own: it is given those that Node trusts, a deployer's own among them, so that both trust the same.
	if (sslmode === 'verify-full' && !sslrootcert) await writeFile(certificates, getCACertificates('default').join('\n'), { mode: 0o600 });
	return {
		// Nothing of the account's own .postgresql, which our connections do not read: with certificates there, "require" would check them.
		HOME: home,
		PGHOST: host,
		PGPORT: String(port),
		PGUSER: logins[login].user,
		PGPASSFILE: passfile,
		PGSSLMODE: sslmode,
		// An account with a Kerberos ticket would encrypt by that instead, and no certificate would be looked at, whatever the sslmode.
		PGGSSENCMODE: 'disable',
		...(sslmode === 'verify-full' ? { PGSSLROOTCERT: sslrootcert ?? certificates } : {}),
		PGCONNECT_TIMEOUT: '10',
		PGAPPNAME: applicationName ?? APPLICATION_PREFIX,
		PGOPTIONS: Object.entries({ ...PROGRAM_SETTINGS, ...settings })
			.map(([name, value]) => `-c ${name}=${value}`)
			.join(' '),
		...BARE_ENVIRONMENT,
	};
}

function waitForEnd(
	[command = '', ...args]: string[],
	environment: Environment,
	{ signal, onLine, onOutput }: RunProgramInput,
): Promise<Ended> {
	return new Promise((resolve, reject) => {
		// In a process group of its own: a program that is killed hard leaves its own workers, which would go on and keep its output open.
		const child = spawn(/* turbopackIgnore: true */ command, args, {
			env: environment as NodeJS.ProcessEnv,
			stdio: ['ignore', 'pipe', 'pipe'],
			detached: true,
		});
		const lines: string[] = [];
		let hardStop: NodeJS.Timeout | undefined;
		const stop = () => {
			child.kill('SIGTERM');
			hardStop = setTimeout(() => endGroup(child.pid), KILL_AFTER_MS);
		};
		signal?.addEventListener('abort', stop, { once: true });
		createInterface({ input: child.stdout }).on('line', (line) => onOutput?.(line));
		createInterface({ input: child.stderr }).on('line', (line) => {
			onLine?.(line);
			if (isProgress(line)) return;
			lines.push(line);
			if (lines.length > KEPT_LINES) lines.shift();
		});
		child.once('error', reject);
		child.once('exit', (_, killedBy) => killedBy && endGroup(child.pid));
		child.once('close', (status, killedBy) => {
			clearTimeout(hardStop);
			signal?.removeEventListener('abort', stop);
			if (status === 0) return resolve({ lines, ending: null });
			resolve({ lines, ending: killedBy ? `it was ended by ${killedBy}` : `exit status ${status}` });
		});
	});
}

function endGroup(pid: number | undefined): void {
	if (pid === undefined) return;
	try {
		process.kill(-pid, 'SIGKILL');
	} catch {
		// Nobody of the group is left.
	}
}

async function deathGuard(): Promise<string[]> {
	for (const folder of programFolders()) {
		const path = join(folder, 'setpriv');
		const found = await access(path, constants.X_OK).then(
			() => true,
			() => false,
		);
		if (found) return [path, '--pdeathsig', 'TERM', '--'];
	}
	return [];
}
