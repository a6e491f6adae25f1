import type { PlannedQuery, QueryPlan } from '#lib/domain/rehearsed/query-plan.ts';
import type { NamedQuery } from '#lib/domain/target/readers.ts';
import type { TargetClient } from '#lib/postgres/connection/connect.ts';
import { asReader } from '#lib/postgres/reading/as-reader.ts';
import { explain, measure } from '#lib/postgres/reading/explain.ts';

const SHOWN_CHARACTERS = 2_000;

/** How each query is planned in the open transaction, as its role; it is run, once, where the target asks for that. In their order. */
export async function planQueries(client: TargetClient, queries: readonly NamedQuery[], signal: AbortSignal): Promise<QueryPlan[]> {
	const plans: QueryPlan[] = [];
	for (const query of queries) {
		signal.throwIfAborted();
		const plan = await asReader(client, query, () => explain(client, query));
		plans.push(query.analyze ? await asReader(client, query, () => measure(client, { plan, query })) : plan);
	}
	signal.throwIfAborted();
	return plans;
}

/** Both plans of each query, side by side. */
export function comparePlans(queries: readonly NamedQuery[], before: readonly QueryPlan[], after: readonly QueryPlan[]): PlannedQuery[] {
	return queries.flatMap(({ name, role, sql }, at) => {
		const [was, is] = [before[at], after[at]];
		return was && is ? [{ name, role, sql: sql.slice(0, SHOWN_CHARACTERS), before: was, after: is }] : [];
	});
}
