import { DatabaseError, type QueryConfig } from 'pg';
import type { Measured, QueryPlan } from '#lib/domain/rehearsed/query-plan.ts';
import type { TargetClient } from '#lib/postgres/connection/connect.ts';
import { SQLSTATE } from '#lib/postgres/connection/sqlstates.ts';
import { READING_TIMEOUT_MS } from './as-reader.ts';

const MOST_LINES = 60;
const MOST_CHARACTERS = 200;

type Node = Record<string, unknown> & { Plans?: Node[] };
type Query = { sql: string; parameters: readonly (string | number | boolean | null)[] };

/** The plan of one query with these parameters, which is not run. An error of PostgreSQL is an answer; a lost connection is thrown. */
export async function explain(client: TargetClient, query: Query): Promise<QueryPlan> {
	const answer = await ask(client, 'explain (format json, verbose)', query);
	return 'error' in answer ? { error: answer.error } : planOf(answer.root);
}

/**
 * The same of a query that is run, once, as the session may: in a transaction that only reads one that writes is refused. What kept it from being
 * measured is an answer, with the plan that was asked for before.
 */
export async function measure(client: TargetClient, { plan, query }: { plan: QueryPlan; query: Query }): Promise<QueryPlan> {
	if ('error' in plan) return plan;
	// Without a clock for each node: reading it so often takes longer than many a query.
	const answer = await ask(client, 'explain (analyze, buffers, timing false, format json, verbose)', query);
	if ('error' in answer) return { ...plan, notMeasured: NOT_MEASURED[answer.code] ?? answer.error };
	return { ...planOf(answer.root), measured: measuredOf(answer.root) };
}

const NOT_MEASURED: Record<string, string> = {
	[SQLSTATE.readOnlySqlTransaction]: 'it writes, and here queries may only read',
	[SQLSTATE.queryCanceled]: `it took longer than ${READING_TIMEOUT_MS / 1_000} s`,
};

type Root = { Plan: Node; 'Execution Time'?: number };

async function ask(
	client: TargetClient,
	how: string,
	{ sql, parameters }: Query,
): Promise<{ root: Root } | { error: string; code: string }> {
	// By the extended protocol: a second statement behind a semicolon is refused.
	const config: QueryConfig & { queryMode: 'extended' } = { text: `${how} ${sql}`, values: [...parameters], queryMode: 'extended' };
	try {
		const { rows } = await client.query<{ 'QUERY PLAN': string }>(config);
		const [root] = JSON.parse(rows[0]?.['QUERY PLAN'] as string) as [Root];
		return { root };
	} catch (error) {
		if (!(error instanceof DatabaseError) || !error.code || error.code.startsWith('08') || error.code.startsWith('57P')) throw error;
		return { error: error.message.slice(0, MOST_CHARACTERS), code: error.code };
	}
}

function planOf({ Plan }: Root): Exclude<QueryPlan, { error: string }> {
	return { cost: Number(Plan['Total Cost']), lines: linesOf(Plan, 0).slice(0, MOST_LINES), scans: scansOf(Plan) };
}

function measuredOf({ Plan, 'Execution Time': ms }: Root): Measured {
	const scans = everyNode(Plan).filter((node) => node['Relation Name'] !== undefined);
	const rowsRead = scans.reduce((sum, node) => sum + timesLoops(node, ['Actual Rows', ...LEFT_OUT]), 0);
	return { ms: Math.round(Number(ms) * 10) / 10, rows: timesLoops(Plan, ['Actual Rows']), rowsRead, pages: pagesOf(Plan) };
}

const LEFT_OUT = ['Rows Removed by Filter', 'Rows Removed by Index Recheck'];
const PAGES = ['Shared Hit Blocks', 'Shared Read Blocks', 'Local Hit Blocks', 'Local Read Blocks', 'Temp Read Blocks'];

/** PostgreSQL tells the average of all loops. */
function timesLoops(node: Node, fields: readonly string[]): number {
	return Math.round(fields.reduce((sum, field) => sum + Number(node[field] ?? 0), 0) * Number(node['Actual Loops'] ?? 1));
}

/** Of the node and all below it. */
function pagesOf(node: Node): number {
	return PAGES.reduce((sum, field) => sum + Number(node[field] ?? 0), 0);
}

const CONDITIONS = ['Index Cond', 'Recheck Cond', 'Hash Cond', 'Merge Cond', 'Join Filter', 'Filter', 'Sort Key', 'Group Key'];

function linesOf(node: Node, depth: number): string[] {
	const indent = '  '.repeat(depth);
	const on = node['Relation Name'] ? ` on ${relationOf(node)}` : '';
	const by = node['Index Name'] ? ` using ${String(node['Index Name'])}` : '';
	const joins = node['Join Type'] ? `${String(node['Join Type'])} ` : '';
	const line = `${indent}${joins}${String(node['Node Type'])}${by}${on}  (cost ${Number(node['Total Cost'])}, ${Number(node['Plan Rows'])} rows)${actualOf(node)}`;
	const conditions = CONDITIONS.filter((name) => node[name] !== undefined).map((name) =>
		`${indent}    ${name}: ${Array.isArray(node[name]) ? node[name].join(', ') : String(node[name])}`.slice(0, MOST_CHARACTERS),
	);
	return [line, ...conditions, ...(node.Plans ?? []).flatMap((child) => linesOf(child, depth + 1))];
}

function actualOf(node: Node): string {
	if (node['Actual Rows'] === undefined) return '';
	const leftOut = timesLoops(node, LEFT_OUT);
	return `  (measured: ${timesLoops(node, ['Actual Rows'])} rows${leftOut > 0 ? `, ${leftOut} left out` : ''}, ${pagesOf(node)} pages)`;
}

/** Each table once, with all indexes that it is read by; read as a whole anywhere, it has none. */
function scansOf(root: Node): { relation: string; indexes: string[] }[] {
	const found = new Map<string, string[]>();
	for (const node of everyNode(root)) {
		if (!node['Relation Name'] || !String(node['Node Type']).endsWith('Scan')) continue;
		const indexes =
			node['Node Type'] === 'Seq Scan' ? [] : everyNode(node).flatMap((one) => (one['Index Name'] ? [String(one['Index Name'])] : []));
		const known = found.get(relationOf(node));
		const isWhole = indexes.length === 0 || known?.length === 0;
		found.set(relationOf(node), isWhole ? [] : [...new Set([...(known ?? []), ...indexes])]);
	}
	return [...found].map(([relation, indexes]) => ({ relation, indexes }));
}

function everyNode(node: Node): Node[] {
	return [node, ...(node.Plans ?? []).flatMap(everyNode)];
}

function relationOf(node: Node): string {
	return `${String(node.Schema)}.${String(node['Relation Name'])}`;
}
