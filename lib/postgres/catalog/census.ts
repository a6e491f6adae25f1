import type { LoginName, Target } from '#lib/domain/target.ts';
import { APPLICATION_PREFIX, closeTarget, connectTarget, type TargetClient } from '#lib/postgres/connection/connect.ts';

/** What one table holds. A table is named as `schema.table`, quoted where SQL needs it. */
export type TableCensus = { table: string; rows: number };
/** Where a sequence stands: `lastValue` as decimal text. */
export type SequenceCensus = { sequence: string; lastValue: string; isCalled: boolean };
/** What the database holds, each list in alphabetical order. */
export type Census = { tables: TableCensus[]; sequences: SequenceCensus[] };

export type TakeCensusInput = {
	target: Target;
	/** It must read every row: pg_read_all_data and BYPASSRLS. */
	login: LoginName;
	/** The target's own by default. */
	database?: string;
	/** From pg_export_snapshot() of a transaction that is still open; without it all connections share one of their own. */
	snapshot?: string;
	/** How many connections count at the same time. */
	jobs: number;
	applicationName?: string;
	signal?: AbortSignal;
};

const SEQUENCES_PER_QUERY = 200;

/**
 * Counts every row of every table (partitions one by one) on one snapshot, and reads where each sequence
 * stands. Sequences are outside of any snapshot, so theirs is the moment of reading. A row-level policy that would hide
 * rows is an error (42501), never a smaller count.
 * Materialized views are left out: a restore refreshes them, so a stale one rightly comes back with other rows.
 */
export async function takeCensus(input: TakeCensusInput): Promise<Census> {
	const { jobs, applicationName = `${APPLICATION_PREFIX} census`, ...place } = input;
	const leader = await connectTarget({ ...place, applicationName });
	const clients = [leader];
	try {
		await beginOnSnapshot(leader, input.snapshot);
		const tables = await listTables(leader);
		const snapshot = input.snapshot ?? (await exportSnapshot(leader));
		while (clients.length < Math.min(jobs, tables.length)) {
			const client = await connectTarget({ ...place, applicationName });
			clients.push(client);
			await beginOnSnapshot(client, snapshot);
		}
		const counted = await countAll(clients, tables);
		return { tables: counted.sort((a, b) => compare(a.table, b.table)), sequences: await readSequences(leader) };
	} finally {
		await Promise.all(clients.map(closeTarget));
	}
}

/** What differs, a line for each table and sequence, as "eng.venture: 20 rows, then 19". Empty when nothing does. */
export function diffCensus(before: Census, after: Census): string[] {
	return [
		...differing(
			before.tables,
			after.tables,
			(t) => t.table,
			(t) => `${t.rows} rows`,
		),
		...differing(
			before.sequences,
			after.sequences,
			(s) => s.sequence,
			(s) => `at ${s.lastValue}${s.isCalled ? '' : ', not called yet'}`,
		),
	];
}

async function beginOnSnapshot(client: TargetClient, snapshot: string | undefined): Promise<void> {
	await client.query('begin isolation level repeatable read read only');
	if (snapshot !== undefined) await client.query(`set transaction snapshot ${client.escapeLiteral(snapshot)}`);
	await client.query('set local row_security = off');
	await client.query('set local statement_timeout = 0');
	// Counting is not worth compiling; and as many connections count as were asked for, beside a dump that needs the processors.
	await client.query('set local jit = off');
	await client.query('set local max_parallel_workers_per_gather = 0');
}

async function exportSnapshot(client: TargetClient): Promise<string> {
	const { rows } = await client.query<{ id: string }>('select pg_catalog.pg_export_snapshot() as id');
	if (!rows[0]) throw new Error('the server exported no snapshot');
	return rows[0].id;
}

/** The biggest first, so that no connection is left alone with a big one at the end. */
async function listTables(client: TargetClient): Promise<string[]> {
	const { rows } = await client.query<{ name: string }>(`
		select pg_catalog.format('%I.%I', n.nspname, c.relname) as name
		  from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
		 where c.relkind = 'r' and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
		 order by pg_catalog.pg_relation_size(c.oid) desc, 1`);
	return rows.map((row) => row.name);
}

/** Each client takes the next table until none is left; after an error nobody takes another. */
async function countAll(clients: TargetClient[], tables: string[]): Promise<TableCensus[]> {
	const waiting = [...tables];
	const counted: TableCensus[] = [];
	const work = clients.map(async (client) => {
		for (let table = waiting.shift(); table !== undefined; table = waiting.shift()) {
			counted.push(
				await countTable(client, table).catch((error) => {
					waiting.length = 0;
					throw error;
				}),
			);
		}
	});
	await Promise.all(work);
	return counted;
}

async function countTable(client: TargetClient, table: string): Promise<TableCensus> {
	const { rows } = await client.query<{ rows: string }>(`select pg_catalog.count(*) as rows from only ${table}`);
	return { table, rows: Number(rows[0]?.rows) };
}

async function readSequences(client: TargetClient): Promise<SequenceCensus[]> {
	const { rows: names } = await client.query<{ name: string }>(`
		select pg_catalog.format('%I.%I', n.nspname, c.relname) as name
		  from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
		 where c.relkind = 'S' and n.nspname !~ '^pg_' and n.nspname <> 'information_schema' order by 1`);
	const found: SequenceCensus[] = [];
	for (let i = 0; i < names.length; i += SEQUENCES_PER_QUERY) {
		const selects = names
			.slice(i, i + SEQUENCES_PER_QUERY)
			.map(
				({ name }) => `select ${client.escapeLiteral(name)} as sequence, last_value as "lastValue", is_called as "isCalled" from ${name}`,
			);
		found.push(...(await client.query<SequenceCensus>(selects.join(' union all '))).rows);
	}
	return found.sort((a, b) => compare(a.sequence, b.sequence));
}

function differing<T>(before: T[], after: T[], nameOf: (entry: T) => string, toText: (entry: T) => string): string[] {
	const old = new Map(before.map((entry) => [nameOf(entry), toText(entry)]));
	const now = new Map(after.map((entry) => [nameOf(entry), toText(entry)]));
	return [...new Set([...old.keys(), ...now.keys()])]
		.filter((name) => old.get(name) !== now.get(name))
		.sort(compare)
		.map((name) => `${name}: ${old.get(name) ?? 'not there'}, then ${now.get(name) ?? 'not there'}`);
}

function compare(a: string, b: string): number {
	return a < b ? -1 : a > b ? 1 : 0;
}
