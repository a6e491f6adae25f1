import type { GateContext } from '#lib/gates/gate.ts';
import { settingSql } from '#lib/postgres/backup/database-properties.ts';
import { type TargetClient, withTarget } from '#lib/postgres/connection/connect.ts';
import { quoteIdentifier } from '#lib/postgres/connection/quote.ts';
import type { OpenRehearsal } from './open-rehearsal.ts';

type Setting = { name: string; value: string };

/** What a server says for every session, but for what our sessions, their role or their database have set; the last comes with the dump. */
const SETTINGS_SQL = `select name, reset_val as value from pg_catalog.pg_settings
	where context = 'user' and source not in ('database', 'user', 'database user', 'client', 'session', 'override') order by 1`;

/**
 * On a server of its own, gives a copy the settings that sessions have on the target's server, as far as anybody may set them: plans and formats are then
 * the same. Tells which they were, and which could not be set there.
 */
export async function matchSettings({ target, place }: OpenRehearsal, { runId, signal, tell }: GateContext, copy: string): Promise<void> {
	if (place === target) return;
	const as = { applicationName: `countersign rehearse ${runId}`, signal };
	const read = async (client: TargetClient) => (await client.query<Setting>(SETTINGS_SQL)).rows;
	const wanted = await withTarget({ target, login: 'backup', ...as }, read);
	const there = new Map((await withTarget({ target: place, login: 'backup', ...as }, read)).map(({ name, value }) => [name, value]));
	const differing = wanted.filter(({ name, value }) => there.has(name) && there.get(name) !== value);
	const refused: string[] = [];
	await withTarget({ target: place, login: 'restore', ...as }, async (client) => {
		for (const { name, value } of differing)
			await client
				.query(`alter database ${quoteIdentifier(copy)} set ${settingSql(`${name}=${value}`)}`)
				.catch((error: Error) => refused.push(`${name} (${error.message})`));
	});
	const notice = (severity: string, message: string) => tell({ phase: 'notice', data: { severity, message } });
	if (differing.length > 0)
		notice(
			'NOTICE',
			`settings of the target that its rehearsal server has otherwise: ${differing.map(({ name }) => name).join(', ')}; the copy has them as the target does`,
		);
	if (refused.length > 0) notice('WARNING', `but not these, which could not be set there: ${refused.join(', ')}`);
}
