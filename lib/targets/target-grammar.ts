import type { TargetGrammar } from '#lib/bundle/rules/unread-statement.ts';
import type { Target } from '#lib/domain/target.ts';
import { Refusal } from '#lib/errors.ts';
import { askGrammar } from '#lib/postgres/connection/ask-grammar.ts';
import { answerWithin, closeTarget, connectTarget, type TargetClient } from '#lib/postgres/connection/connect.ts';
import { redact } from '#lib/redact.ts';

/** The target's own grammar for as long as `work` takes. It is connected to when it is first asked, by a session that runs nothing. */
export async function withTargetGrammar<T>(target: Target, work: (grammar: TargetGrammar) => Promise<T>): Promise<T> {
	let opened: Promise<{ client: TargetClient; name: string }> | null = null;
	const ask: TargetGrammar = async (sql) => {
		try {
			opened ??= open(target);
			const { client, name } = await opened;
			return { name, refusal: await askGrammar(client, sql) };
		} catch (error) {
			const why = redact(error instanceof Error ? error.message : String(error));
			throw new Refusal(
				'unavailable',
				`${target.name} did not answer: ${why}. Nothing was stored and nothing was changed; try again when it does.`,
			);
		}
	};
	try {
		return await work(ask);
	} finally {
		const { client } = (await (opened as Promise<{ client: TargetClient }> | null)?.catch(() => null)) ?? {};
		if (client) await closeTarget(client);
	}
}

async function open(target: Target): Promise<{ client: TargetClient; name: string }> {
	const client = await connectTarget({ target, login: 'backup', applicationName: 'countersign filing', signal: answerWithin() });
	await client.query('set standard_conforming_strings = on');
	const { rows } = await client.query<{ version: string }>(
		"select pg_catalog.current_setting('server_version_num')::int / 10000 as version",
	);
	return { client, name: `PostgreSQL ${rows[0]?.version}` };
}
