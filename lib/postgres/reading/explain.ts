import { DatabaseError, type QueryConfig } from 'pg';
import type { QueryPlan } from '#lib/domain/rehearsed/query-plan.ts';
import type { TargetClient } from '#lib/postgres/connection/connect.ts';

const MOST_LINES = 60;
const MOST_CHARACTERS = 200;

type Node = Record<string, unknown> & { Plans?: Node[] };
type Query = { sql: string; parameters: readonly (string | number | boolean | null)[] };

/** The plan of one query with these parameters, which is not run. An error of PostgreSQL is an answer; a lost connection is thrown. */
export async function explain(client: TargetClient, { sql, parameters }: Query): Promise<QueryPlan> {
	// By the extended protocol: a second statement behind a semicolon is refused.
	const config: QueryConfig & { queryMode: 'extended' } = {
		text: `explain (format json, verbose) ${sql}`,
		values: [...parameters],
		queryMode: 'extended',
	};
	try {
		const { rows } = await client.query<{ 'QUERY PLAN': string }>(config);
		const [root] = JSON.parse(rows[0]?.['QUERY PLAN'] as string) as [{ Plan: Node }];
		return { cost: Number(root.Plan['Total Cost']), lines: linesOf(root.Plan, 0).slice(0, MOST_LINES), scans: scansOf(root.Plan) };
	} catch (error) {
		if (!(error instanceof DatabaseError) || !error.code || error.code.startsWith('08') || error.code.startsWith('57P')) throw error;
		return { error: error.message.slice(0, MOST_CHARACTERS) };
	}
}

const CONDITIONS = ['Index Cond', 'Recheck Cond', 'Hash Cond', 'Merge Cond', 'Join Filter', 'Filter', 'Sort Key', 'Group Key'];

function linesOf(node: Node, depth: number): string[] {
	const indent = '  '.repeat(depth);
	const on = node['Relation Name'] ? ` on ${relationOf(node)}` : '';
	const by = node['Index Name'] ? ` using ${String(node['Index Name'])}` : '';
	const joins = node['Join Type'] ? `${String(node['Join Type'])} ` : '';
	const line = `${indent}${joins}${String(node['Node Type'])}${by}${on}  (cost ${Number(node['Total Cost'])}, ${Number(node['Plan Rows'])} rows)`;
	const conditions = CONDITIONS.filter((name) => node[name] !== undefined).map((name) =>
		`${indent}    ${name}: ${Array.isArray(node[name]) ? node[name].join(', ') : String(node[name])}`.slice(0, MOST_CHARACTERS),
	);
	return [line, ...conditions, ...(node.Plans ?? []).flatMap((child) => linesOf(child, depth + 1))];
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
