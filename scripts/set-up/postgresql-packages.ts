import { execFile } from 'node:child_process';
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Which release of Debian carries which major version. */
export const MAJORS = { 15: 'bookworm', 17: 'trixie', 18: 'sid' } as const;
export type Major = keyof typeof MAJORS;

/** Readable for the account that servers run as, which may not be able to walk into a clone; kept for the next run and the next clone. */
const PLACE = '/var/tmp/countersign-postgresql';
const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';
/** A new minor release may wait that long. */
const FRESH_MS = 24 * 3_600_000;
const LIMIT_MS = 10 * 60_000;

export function isMajor(text: string): text is `${Major}` {
	return Object.hasOwn(MAJORS, text);
}

/** Why Debian's packages cannot be had on this machine; null when they can. */
export function whyNoPackages(): string | null {
	if (!existsSync('/usr/bin/apt-get') || !existsSync('/usr/bin/dpkg-deb')) return 'apt-get and dpkg-deb are not here';
	if (!existsSync(KEYRING)) return `${KEYRING} is not here: install debian-archive-keyring`;
	return null;
}

/**
 * PostgreSQL's newest minor release of that major version, as Debian packages it: fetched with everything that it needs, its C library
 * too, unpacked beside the system and never installed. Returns the folder of its programs and its version. Throws with what apt said.
 */
export async function unpackPostgresql(major: Major): Promise<{ bin: string; version: string }> {
	const root = join(PLACE, String(major));
	const bin = join(root, 'tree/usr/lib/postgresql', String(major), 'bin');
	if (!isFresh(root)) await renew(root, { major, bin });
	const { stdout } = await run(join(bin, 'postgres'), ['--version']);
	return { bin, version: /(\d+\.\d+)/.exec(stdout)?.[1] ?? String(major) };
}

/** What is there is replaced when the new packages have come; when they do not come, it does for another day. */
async function renew(root: string, { major, bin }: { major: Major; bin: string }): Promise<void> {
	assertOurs(PLACE);
	const next = `${root}.next`;
	rmSync(next, { recursive: true, force: true });
	try {
		await fetchPackages({ root: next, suite: MAJORS[major], names: [`postgresql-${major}`, `postgresql-client-${major}`] });
	} catch (error) {
		if (!existsSync(join(root, 'made'))) throw error;
		console.warn(`The packages of PostgreSQL ${major} could not be fetched again; those of an earlier day are used. ${error}`);
		return;
	}
	rmSync(root, { recursive: true, force: true });
	renameSync(next, root);
	await pointAtOwnLibraries({ root, bin });
	writeFileSync(join(root, 'made'), '');
}

function isFresh(root: string): boolean {
	const made = join(root, 'made');
	return existsSync(made) && Date.now() - statSync(made).mtimeMs < FRESH_MS;
}

/** Programs will be run from there: the folder must not be another's. */
function assertOurs(place: string): void {
	mkdirSync(place, { recursive: true, mode: 0o755 });
	const seen = lstatSync(place);
	if (!seen.isDirectory() || seen.uid !== process.getuid?.()) throw new Error(`${place} belongs to somebody else: remove it`);
}

/** With lists, cache and status of its own: the machine's apt does not notice. */
async function fetchPackages({ root, suite, names }: { root: string; suite: string; names: string[] }): Promise<void> {
	for (const folder of ['lists/partial', 'archives/partial', 'tree']) mkdirSync(join(root, folder), { recursive: true });
	const mirror = readMirror();
	const lines = [`${mirror.main} ${suite} main`, ...(suite === 'sid' ? [] : [`${mirror.security} ${suite}-security main`])];
	writeFileSync(join(root, 'sources.list'), lines.map((line) => `deb [signed-by=${KEYRING}] ${line}\n`).join(''));
	writeFileSync(join(root, 'status'), '');
	const options = [
		`Dir::Etc::SourceList=${root}/sources.list`,
		'Dir::Etc::SourceParts=/dev/null',
		'Dir::Etc::Preferences=/dev/null',
		'Dir::Etc::PreferencesParts=/dev/null',
		`Dir::State::Lists=${root}/lists`,
		`Dir::State::Status=${root}/status`,
		`Dir::Cache=${root}`,
		'APT::Install-Recommends=false',
		'APT::Sandbox::User=root',
		'Debug::NoLocking=true',
	].flatMap((option) => ['-o', option]);
	await apt([...options, 'update', '-q']);
	await apt([...options, 'install', '-q', '-y', '--download-only', ...names, 'patchelf']);
	const archives = join(root, 'archives');
	const packages = readdirSync(archives).filter((name) => name.endsWith('.deb'));
	for (const name of packages) await run('dpkg-deb', ['-x', join(archives, name), join(root, 'tree')]);
	for (const folder of ['archives', 'lists']) rmSync(join(root, folder), { recursive: true });
}

/** The mirrors that this machine uses, or Debian's own. */
function readMirror(): { main: string; security: string } {
	const listed = '/etc/apt/sources.list.d';
	const files = ['/etc/apt/sources.list', ...(existsSync(listed) ? readdirSync(listed).map((name) => join(listed, name)) : [])];
	const text = files
		.filter((path) => existsSync(path))
		.map((path) => readFileSync(path, 'utf8'))
		.join('\n');
	const found = [...text.matchAll(/https?:\/\/[^\s#]+\/debian(-security)?\b/g)].filter(([url]) => !url.includes('snapshot.'));
	return {
		main: found.find(([, security]) => !security)?.[0] ?? 'http://deb.debian.org/debian',
		security: found.find(([, security]) => security)?.[0] ?? 'http://deb.debian.org/debian-security',
	};
}

/** Their own loader and libraries, written into the programs: they are then run like any others, and are seen under their own names. */
async function pointAtOwnLibraries({ root, bin }: { root: string; bin: string }): Promise<void> {
	const libraries = ['usr/lib', 'lib']
		.map((folder) => join(root, 'tree', folder))
		.filter((folder) => existsSync(folder))
		.flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)))
		.filter((path) => path.endsWith('-linux-gnu'));
	const loader = libraries
		.flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)))
		.find((path) => /\/ld-linux-[^/]*\.so\.\d$/.test(path));
	if (!loader) throw new Error(`the packages in ${root} have no loader of programs`);
	const patchelf = join(root, 'tree/usr/bin/patchelf');
	const viaLoader = (args: string[]) => run(loader, ['--library-path', libraries.join(':'), patchelf, ...args]);
	for (const name of readdirSync(bin)) {
		const program = join(bin, name);
		if (!readFileSync(program).subarray(0, 4).equals(Buffer.from('\x7fELF', 'latin1'))) continue;
		await viaLoader(['--set-interpreter', loader, '--force-rpath', '--set-rpath', libraries.join(':'), program]);
	}
}

async function apt(args: string[]): Promise<void> {
	try {
		await run('apt-get', args, { env: { ...process.env, LC_ALL: 'C' }, timeout: LIMIT_MS, maxBuffer: 64 * 1024 * 1024 });
	} catch (error) {
		const { stdout, stderr } = error as { stdout?: string; stderr?: string };
		throw new Error(`apt-get failed:\n${`${stdout ?? ''}${stderr ?? ''}`.trim()}`, { cause: error });
	}
}
