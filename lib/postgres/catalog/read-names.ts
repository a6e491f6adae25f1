import type { Target } from '#lib/domain/target/target.ts';
import { answerWithin, withTarget } from '#lib/postgres/connection/connect.ts';

/** More than anybody chooses from a list. */
const MOST_NAMES = 2_000;

/**
 * The tables and views of a target as SQL writes them, such as `eng.orders`: at most 2,000, in their order. Reads the catalog alone, as the
 * backup login. Throws when the target does not answer within `timeoutMs`.
 */
export async function readRelationNames(target: Target, { timeoutMs }: { timeoutMs: number }): Promise<string[]> {
	const place = { target, login: 'backup', applicationName: 'countersign reading', signal: answerWithin(timeoutMs) } as const;
	return withTarget(place, async (client) => {
		await client.query(`set default_transaction_read_only = on; set statement_timeout = ${timeoutMs}`);
		const { rows } = await client.query<{ name: string }>(NAMES_SQL, [MOST_NAMES]);
		return rows.map(({ name }) => name);
	});
}

const NAMES_SQL = `
	select pg_catalog.format('%I.%I', n.nspname, c.relname) as name
	from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
	where c.relkind in ('r', 'p', 'v', 'm', 'f') and not c.relispartition
	  and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
	order by n.nspname, c.relname limit $1`;
