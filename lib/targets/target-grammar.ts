import { PARSER_MAJOR, type TargetGrammar } from '#lib/bundle/rules/unread-statement.ts';
import type { Target } from '#lib/domain/target/target.ts';
import { Refusal } from '#lib/errors.ts';
import { readEnumTypes } from '#lib/postgres/catalog/read-enum-types.ts';
import { askGrammar } from '#lib/postgres/connection/ask-grammar.ts';
import { answerWithin, closeTarget, connectTarget, type TargetClient } from '#lib/postgres/connection/connect.ts';
import { readServerMajor } from '#lib/postgres/connection/server-version.ts';
import { redact } from '#lib/redact.ts';

/** The target's own grammar for the duration of `work`. It connects at the first question, with a session that runs nothing. */
export async function withTargetGrammar<T>(target: Target, work: (grammar: TargetGrammar) => Promise<T>): Promise<T> {
	let opened: Promise<Opened> | null = null;
	const withSession = async <A>(question: (session: Opened) => A | Promise<A>): Promise<A> => {
		try {
			opened ??= open(target);
			return await question(await opened);
		} catch (error) {
			const why = redact(error instanceof Error ? error.message : String(error));
			throw new Refusal(
				'unavailable',
				`${target.name} did not answer: ${why}. Nothing was stored and nothing was changed. Try again when it answers.`,
			);
		}
	};
	try {
		return await work({
			ask: (sql) => withSession(async ({ client, major }) => ({ name: `PostgreSQL ${major}`, refusal: await askGrammar(client, sql) })),
			types: (asked) => withSession(({ client }) => readEnumTypes(client, asked)),
			isOlder: () => withSession(({ major }) => major < PARSER_MAJOR),
		});
	} finally {
		const { client } = (await (opened as Promise<Opened> | null)?.catch(() => null)) ?? {};
		if (client) await closeTarget(client);
	}
}

type Opened = { client: TargetClient; major: number };

async function open(target: Target): Promise<Opened> {
	const client = await connectTarget({ target, login: 'backup', applicationName: 'countersign filing', signal: answerWithin() });
	await client.query('set standard_conforming_strings = on');
	return { client, major: await readServerMajor(client) };
}
