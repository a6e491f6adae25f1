import type { Objection } from './rule.ts';

const ADVICE: [RegExp, string][] = [
	[
		/^\\(i|ir|include|include_relative)$/,
		'Name the file in the manifest at this place in the order: every file is signed with the bundle.',
	],
	[/^\\copy$/, 'Write the rows as INSERT … VALUES: \\copy reads a file that nobody signed.'],
	[/^\\(set|unset|gset|prompt|getenv)$/, 'Write the value where it is used: people must sign what runs.'],
	[/^\\(c|connect)$/, 'Remove it: a change has one target. Another database is another change.'],
	[/^\\gexec$/, 'Write the statements that it would generate, or EXECUTE them in a DO block.'],
	[/^\\(g|gx|;)$/, 'End the statement with a semicolon.'],
	[
		/^\\(echo|qecho|warn|timing|x|pset|t|a|encoding|errverbose)$/,
		'Remove it. Write a comment instead, or RAISE NOTICE in a DO block, which the run shows.',
	],
	[/^\\(if|elif|else|endif)$/, 'Write a DO block with IF, or remove what must not run: people must sign what runs.'],
	[/^\\!/, 'Remove it: a change cannot run a shell.'],
	[/^\\(un)?restrict$/, 'Remove it: pg_dump writes it only for psql.'],
];

/** psql executes these itself; PostgreSQL does not know them. */
export function metaCommand(command: string): Objection {
	const advice = ADVICE.find(([pattern]) => pattern.test(command))?.[1];
	return {
		code: 'meta_command',
		message: `${command} is a psql command, not SQL`,
		instead: advice ?? 'Remove it, or write it in SQL.',
	};
}
