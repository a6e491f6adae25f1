import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';

const run = promisify(execFile);
/** A slow mirror is not a failure. */
const LIMIT_MS = 15 * 60_000;

/** Whether this machine's programs may be installed from here: root, on Debian or Ubuntu. */
export function canInstall(): boolean {
	return process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');
}

/** Refreshes the lists of packages, so that what they name can still be fetched. */
export async function refreshPackageLists(): Promise<void> {
	await apt('apt-get', ['update', '-q']);
}

/** The version of a package that apt would install, as 15+248; null when it knows none. */
export async function candidateVersion(name: string): Promise<string | null> {
	const version = /^ {2}Candidate: (\S+)$/m.exec(await apt('apt-cache', ['policy', name]))?.[1];
	return version && version !== '(none)' ? version : null;
}

/** Installs packages without asking and without what they only recommend. Throws with apt's output. */
export async function installPackages(names: string[]): Promise<void> {
	await apt('apt-get', ['install', '-q', '-y', '--no-install-recommends', ...names]);
}

async function apt(program: 'apt-get' | 'apt-cache', args: string[]): Promise<string> {
	try {
		const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' };
		return (await run(program, args, { env, timeout: LIMIT_MS, maxBuffer: 64 * 1024 * 1024 })).stdout;
	} catch (error) {
		const { stdout, stderr } = error as { stdout?: string; stderr?: string };
		throw new Error(`${program} ${args.join(' ')} failed:\n${`${stdout ?? ''}${stderr ?? ''}`.trim()}`, { cause: error });
	}
}
