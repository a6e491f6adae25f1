import type { LoginName, Target } from '#lib/domain/target/target.ts';
import { countWords } from '#lib/domain/wording/count-words.ts';
import { APPLICATION_PREFIX, closeTarget, connectTarget, type TargetClient } from '#lib/postgres/connection/connect.ts';

/**
 * What one table holds. A table is named as `schema.table`, quoted where SQL needs it. `versions` is the sum of the ids of the
 * transactions that wrote its rows, modulo 2^32: an UPDATE leaves the number of rows as it was, but not this. VACUUM, CLUSTER and freezing do not touch it.
 * `file` is its pg_relation_filenode(): another one when it was truncated, or written anew as VACUUM FULL does. `newer` is how many of its rows
 * a transaction wrote that began after the one that was asked about; 0 where none was.
 */
export type TableCensus = { table: string; rows: number; versions: string; file: string; newer: number; isUnlogged: boolean };
/** Where a sequence stands: `lastValue` as decimal text. */
export type SequenceCensus = { sequence: string; lastValue: string; isCalled: boolean };
/**
 * What the database holds, each list in alphabetical order. `beside` are materialized views and large objects: a restore brings them back
 * with other rows of their own, so they are compared only with themselves. `snapshot` is pg_current_snapshot() as text.
 */
export type Census = { tables: TableCensus[]; beside: TableCensus[]; sequences: SequenceCensus[]; snapshot: string };

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
	/** Tables, materialized views and catalogs that are not counted, named as a census names them. */
	except?: ReadonlySet<string>;
	/** A transaction's id, as decimal text: rows that a newer one wrote are counted by themselves. */
	newerThan?: string;
	applicationName?: string;
	signal?: AbortSignal;
};

const SEQUENCES_PER_QUERY = 200;

/**
 * Counts every row of every table (partitions one by one) on one snapshot, and reads where each sequence
 * stands. Sequences are outside of any snapshot, so theirs is the moment of reading. A row-level policy that would hide
 * rows is an error (42501), never a smaller count.
 */
export async function takeCensus(input: TakeCensusInput): Promise<Census> {
	const { jobs, applicationName = `${APPLICATION_PREFIX} census`, ...place } = input;
	const leader = await connectTarget({ ...place, applicationName });
	const clients = [leader];
	try {
		await beginOnSnapshot(leader, input.snapshot);
		const tables = (await listRelations(leader)).filter(({ table }) => !input.except?.has(table));
		const snapshot = input.snapshot ?? (await exportSnapshot(leader));
		while (clients.length < Math.min(jobs, tables.length)) {
			const client = await connectTarget({ ...place, applicationName });
			clients.push(client);
			await beginOnSnapshot(client, snapshot);
		}
		return await gather(leader, await countAll(clients, tables, input.newerThan));
	} finally {
		await Promise.all(clients.map(closeTarget));
	}
}

/** The same on connections that are already there, outside a transaction. */
export async function takeCensusOn(leader: TargetClient, others: readonly TargetClient[] = []): Promise<Census> {
	const clients = [leader, ...others];
	try {
		await beginOnSnapshot(leader, undefined);
		const snapshot = await exportSnapshot(leader);
		for (const client of others) await beginOnSnapshot(client, snapshot);
		return await gather(leader, await countAll(clients, await listRelations(leader)));
	} finally {
		// What a connection died of is told by what was asked before.
		await Promise.all(clients.map((client) => client.query('rollback').catch(() => undefined)));
	}
}

async function gather(client: TargetClient, counted: Counted[]): Promise<Census> {
	const { rows } = await client.query<{ snapshot: string }>('select pg_catalog.pg_current_snapshot()::text as snapshot');
	const listOf = (beside: boolean) =>
		counted
			.filter((c) => c.beside === beside)
			.map(({ table, rows: n, versions, file, newer, isUnlogged }) => ({ table, rows: n, versions, file, newer, isUnlogged }))
			.sort((a, b) => compare(a.table, b.table));
	return {
		tables: listOf(false),
		beside: listOf(true),
		sequences: await readSequences(client),
		snapshot: rows[0]?.snapshot as string,
	};
}

/** What differs, a line for each table and sequence, as "eng.venture: 20 rows, then 19". Empty when nothing does. */
export function diffCensus(before: Census, after: Census): string[] {
	return [
		...differing(
			before.tables,
			after.tables,
			(t) => t.table,
			(t) => countWords(t.rows, 'row'),
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
	if (!rows[0]) throw new Error('the server did not export a snapshot');
	return rows[0].id;
}

type Relation = { table: string; beside: boolean; file: string; isUnlogged: boolean };
type Counted = TableCensus & { beside: boolean };

/** The biggest first, so that no connection is left alone with a big one at the end. */
async function listRelations(client: TargetClient): Promise<Relation[]> {
	const { rows } = await client.query<{ table: string; kind: string; file: string; isUnlogged: boolean }>(`
		select pg_catalog.format('%I.%I', n.nspname, c.relname) as table, case c.relkind when 'r' then n.nspname else 'pg_catalog' end as kind,
		       pg_catalog.pg_relation_filenode(c.oid)::text as file, c.relpersistence = 'u' as "isUnlogged"
		  from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
		 where (c.relkind = 'r' or c.relkind = 'm' and c.relispopulated) and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
		    or c.oid in ('pg_catalog.pg_largeobject'::regclass, 'pg_catalog.pg_largeobject_metadata'::regclass)
		 order by pg_catalog.pg_relation_size(c.oid) desc, 1`);
	return rows.map(({ table, kind, file, isUnlogged }) => ({ table, beside: kind === 'pg_catalog', file, isUnlogged }));
}

/** Each client takes the next table until none is left; after an error no client takes another. */
async function countAll(clients: TargetClient[], relations: Relation[], newerThan?: string): Promise<Counted[]> {
	const waiting = [...relations];
	const counted: Counted[] = [];
	const work = clients.map(async (client) => {
		for (let relation = waiting.shift(); relation !== undefined; relation = waiting.shift()) {
			counted.push(
				await countRows(client, relation, newerThan).catch((error) => {
					waiting.length = 0;
					throw error;
				}),
			);
		}
	});
	await Promise.all(work);
	return counted;
}

/** age() of an id that was frozen in the old way, or that initdb wrote. */
const NO_AGE = 2_147_483_647n;

/** age() counts back from the newest id, which stands still in a transaction and has moved in the next: that is taken out again. */
async function countRows(client: TargetClient, { table, beside, file, isUnlogged }: Relation, newerThan?: string): Promise<Counted> {
	const isNewer =
		newerThan === undefined ? 'false' : `pg_catalog.age(xmin) < pg_catalog.age('${BigInt.asUintN(32, BigInt(newerThan))}'::xid)`;
	const { rows } = await client.query<{ rows: string; ages: string; ageless: string; newest: string; newer: string }>(`
		select pg_catalog.count(*) as rows, coalesce(pg_catalog.sum(pg_catalog.age(xmin)), 0) as ages,
		       pg_catalog.count(*) filter (where pg_catalog.age(xmin) = ${NO_AGE}) as ageless, pg_catalog.age('3'::xid) as newest,
		       pg_catalog.count(*) filter (where ${isNewer}) as newer
		  from only ${table}`);
	const [row] = rows;
	if (!row) throw new Error(`the rows of ${table} were not counted`);
	const ageless = BigInt(row.ageless);
	const sum = (BigInt(row.rows) - ageless) * BigInt(row.newest) - (BigInt(row.ages) - ageless * NO_AGE);
	return {
		table,
		rows: Number(row.rows),
		versions: BigInt.asUintN(32, sum).toString(),
		file,
		newer: Number(row.newer),
		isUnlogged,
		beside,
	};
}

/** Where sequences stand now, all or by OIDs in decimal text: they are outside of any snapshot. */
export async function readSequences(
	client: TargetClient,
	{ except = [], only = null }: { except?: readonly string[]; only?: readonly string[] | null } = {},
): Promise<SequenceCensus[]> {
	const { rows: names } = await client.query<{ name: string }>(
		`select pg_catalog.format('%I.%I', n.nspname, c.relname) as name
		   from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
		  where c.relkind = 'S' and n.nspname !~ '^pg_' and n.nspname <> 'information_schema' and c.oid <> all ($1::oid[])
		    and ($2::oid[] is null or c.oid = any ($2::oid[])) order by 1`,
		[except, only],
	);
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
		.map((name) => `${name}: ${old.get(name) ?? 'absent'}, then ${now.get(name) ?? 'absent'}`);
}

function compare(a: string, b: string): number {
	return a < b ? -1 : a > b ? 1 : 0;
}
