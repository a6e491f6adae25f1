import type { Target } from '#lib/domain/target/target.ts';
import { closeTarget, connectTarget, type TargetClient } from '#lib/postgres/connection/connect.ts';

type AnalyzeInput = { target: Target; database: string; jobs: number; applicationName: string; signal: AbortSignal | undefined };

/**
 * Planner statistics of a database that was just restored: without them the first queries are slow. Tables and materialized views, as vacuumdb
 * takes them, on `jobs` connections. But no parent of a foreign table: that would ask another server, which need not answer.
 */
export async function analyzeDatabase({ target, database, jobs, applicationName, signal }: AnalyzeInput): Promise<void> {
	const clients: TargetClient[] = [];
	const open = async () => {
		const client = await connectTarget({ target, login: 'restore', database, applicationName, ...(signal ? { signal } : {}) });
		clients.push(client);
		return client;
	};
	try {
		const waiting = await listAnalyzed(await open());
		while (clients.length < Math.min(jobs, waiting.length)) await open();
		await Promise.all(
			clients.map(async (client) => {
				for (let table = waiting.shift(); table !== undefined; table = waiting.shift()) await client.query(`analyze ${table}`);
			}),
		);
	} catch (error) {
		signal?.throwIfAborted();
		throw error;
	} finally {
		await Promise.all(clients.map(closeTarget));
	}
}

/** The biggest first, so that no connection is left alone with a big one at the end. */
async function listAnalyzed(client: TargetClient): Promise<string[]> {
	const { rows } = await client.query<{ name: string }>(`
		with recursive above (relation) as (
			select i.inhparent from pg_catalog.pg_inherits i join pg_catalog.pg_class c on c.oid = i.inhrelid where c.relkind = 'f'
			union
			select i.inhparent from above a join pg_catalog.pg_inherits i on i.inhrelid = a.relation
		)
		select pg_catalog.format('%I.%I', n.nspname, c.relname) as name
		  from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
		 where c.relkind in ('r', 'm') and c.relpersistence <> 't' and not c.relisshared and n.nspname <> 'pg_toast'
		   and c.oid not in (select relation from above)
		 order by pg_catalog.pg_relation_size(c.oid) desc`);
	return rows.map(({ name }) => name);
}
