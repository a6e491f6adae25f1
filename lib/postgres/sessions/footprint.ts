import { type FootprintLock, isAtLeast, type LockMode } from '#lib/domain/rehearsed/rehearsal.ts';
import type { TargetClient } from '#lib/postgres/connection/connect.ts';

/** What people know by name and lock: no indexes, no TOAST tables, nothing of PostgreSQL's own. By OID. */
export type Relations = Map<number, { relation: string; kind: string; bytes: number }>;

/** All tables, views and sequences of the database, and how large they are, before anything is applied. */
export async function readRelations(client: TargetClient): Promise<Relations> {
	const { rows } = await client.query<{ oid: number; relation: string; kind: string; bytes: string }>(`
		select c.oid, pg_catalog.format('%I.%I', n.nspname, c.relname) as relation, c.relkind as kind,
		       case when c.relkind in ('r', 'm') then pg_catalog.pg_table_size(c.oid) else 0 end as bytes
		  from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
		 where c.relkind in ('r', 'p', 'v', 'm', 'f', 'S') and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'`);
	return new Map(rows.map(({ oid, relation, kind, bytes }) => [oid, { relation, kind, bytes: Number(bytes) }]));
}

const OWN_LOCKS = {
	name: 'countersign_own_locks',
	text: `select l.relation as oid, l.mode from pg_catalog.pg_locks l
		where l.pid = pg_catalog.pg_backend_pid() and l.locktype = 'relation' and l.granted
		  and l.database = (select oid from pg_catalog.pg_database where datname = pg_catalog.current_database())`,
};

/** The same by name alone, as those see it who do not see an open transaction: its size would have to wait for that one's locks. */
export async function readRelationNames(client: TargetClient): Promise<Map<number, string>> {
	const { rows } = await client.query<{ oid: number; relation: string }>(`
		select c.oid, pg_catalog.format('%I.%I', n.nspname, c.relname) as relation
		  from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
		 where c.relkind in ('r', 'p', 'v', 'm', 'f', 'S') and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'`);
	return new Map(rows.map(({ oid, relation }) => [oid, relation]));
}

/** What this session has locked by now. */
export async function readOwnLocks(client: TargetClient): Promise<{ oid: number; mode: LockMode }[]> {
	const { rows } = await client.query<{ oid: number; mode: LockMode }>(OWN_LOCKS);
	return rows;
}

/** What a session has locked since its transaction began, by the statement that took each lock; asked on that session itself. */
export function beginFootprint(client: TargetClient, before: Relations) {
	const held = new Map<number, { mode: LockMode; statement: number; at: number }>();
	return {
		/** Looks after a statement, counted from 0. A lock that became stronger counts from there. */
		look: async (statement: number): Promise<void> => {
			const rows = await readOwnLocks(client);
			const at = performance.now();
			for (const { oid, mode } of rows) {
				const was = held.get(oid);
				if (!before.has(oid) || (was && isAtLeast(was.mode, mode))) continue;
				held.set(oid, { mode, statement, at });
			}
		},
		/** All of them at the end of the transaction, the strongest first; `restedMs` is what it waited for us and not for the change. */
		end: (placeOf: (statement: number) => { file: string; line: number }, restedMs = 0): FootprintLock[] => {
			const endedAt = performance.now() - restedMs;
			return [...held]
				.map(([oid, { mode, statement, at }]) => ({
					...(before.get(oid) as { relation: string; kind: string; bytes: number }),
					mode,
					statement: statement + 1,
					...placeOf(statement),
					heldMs: Math.max(0, Math.round(endedAt - at)),
				}))
				.sort((a, b) => Number(isAtLeast(b.mode, a.mode)) - Number(isAtLeast(a.mode, b.mode)) || (a.relation < b.relation ? -1 : 1));
		},
	};
}
