import { escapeLiteral } from 'pg';
import type { Target } from '#lib/domain/target/target.ts';
import { withTarget } from '#lib/postgres/connection/connect.ts';
import { runProgram } from '#lib/postgres/programs/run-program.ts';
import type { BuiltIn } from './built-in.ts';
import { withEntryList } from './dump-entries.ts';

type Script = {
	target: Target;
	dumpFolder: string;
	intoDatabase: string;
	/** Of the dump's table of contents, in the order in which they are right. */
	entries: string[];
	applicationName: string;
	settings: Record<string, string>;
	signal?: AbortSignal | undefined;
};

/** Comments, what pg_restore tells psql, and the settings that it begins every script with. */
const NO_STATEMENT = /^(--|\\|SET \w+ = |SELECT pg_catalog\.set_config\()|^$/;
const CREATE_EXTENSION = /^(CREATE EXTENSION IF NOT EXISTS (.+) WITH SCHEMA .+);$/;

/**
 * Grants what a dump grants. Whoever granted it counts: a REVOKE … CASCADE goes along that. For a grant that the owner did not make
 * pg_dump writes SET SESSION AUTHORIZATION, which only a superuser may; a member of the role may SET ROLE, and grants the same.
 */
export function restorePrivileges(script: Script): Promise<void> {
	return restoreByScript(script, (line) =>
		line.replace(/^SET SESSION AUTHORIZATION /, 'SET ROLE ').replace(/^RESET SESSION AUTHORIZATION;$/, 'RESET ROLE;'),
	);
}

/** Makes schemas and extensions, each extension in the version that it had: pg_dump would have the newest that the server has. */
export function restoreExtensions(script: Script, versions: BuiltIn['extensions']): Promise<void> {
	const versionOf = new Map(versions.map(({ name, version }) => [name, version]));
	return restoreByScript(script, (line) => {
		const [, create, name = ''] = CREATE_EXTENSION.exec(line) ?? [];
		const version = versionOf.get(name);
		return version === undefined ? line : `${create} VERSION ${escapeLiteral(version)};`;
	});
}

async function restoreByScript(
	{ target, dumpFolder, intoDatabase, entries, applicationName, settings, signal }: Script,
	rewrite: (line: string) => string,
): Promise<void> {
	if (entries.length === 0) return;
	const lines: string[] = [];
	const stopped = signal ? { signal } : {};
	await withEntryList(entries, (list) =>
		runProgram({
			program: 'pg_restore',
			args: ['--format=directory', `--use-list=${list}`, '--file=-', dumpFolder],
			onOutput: (line) => {
				if (!NO_STATEMENT.test(line)) lines.push(rewrite(line));
			},
			...stopped,
		}),
	);
	await withTarget({ target, login: 'restore', database: intoDatabase, applicationName, ...stopped }, async (client) => {
		for (const [name, value] of Object.entries({ ...settings, search_path: '' }))
			await client.query('select pg_catalog.set_config($1, $2, false)', [name, value]);
		await client.query(lines.join('\n'));
	});
}
