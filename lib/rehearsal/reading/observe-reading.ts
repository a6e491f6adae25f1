import type { PlannedQuery, QueryPlan } from '#lib/domain/rehearsed/query-plan.ts';
import type { Visible } from '#lib/domain/rehearsed/visible.ts';
import type { NamedQuery, Reader } from '#lib/domain/target/readers.ts';
import type { TargetClient } from '#lib/postgres/connection/connect.ts';
import { asReader, READING_TIMEOUT_MS } from '#lib/postgres/reading/as-reader.ts';
import { listReadable, readEverything, readVisible, type SeenByOne } from '#lib/postgres/reading/read-visible.ts';
import { compareVisible, identifiedAsBefore, type Side } from './compare-visible.ts';
import { comparePlans, planQueries } from './plan-queries.ts';

/** What was seen before the change, to compare with. A part is null where the target asks for nothing. */
export type Before = { visible: (Side & { everything: SeenByOne }) | null; plans: QueryPlan[] | null };
/** `trusted`: whom no row-level policy concerns; it runs no code of the application. `owner`: the role that owns the views. */
type Sessions = { reading: TargetClient; trusted: TargetClient; owner: string | undefined };
type Ask = { readers: readonly Reader[]; queries: readonly NamedQuery[]; signal: AbortSignal };

/** What the target's readers see and how its queries are planned before the change, in transactions that only read. */
export async function readBefore(sessions: Sessions, { readers, queries, signal }: Ask): Promise<Before> {
	const { reading } = sessions;
	return {
		visible: readers.length > 0 ? await readSide(sessions, { readers, signal }) : null,
		plans: queries.length > 0 ? await readOnly(reading, () => planQueries(reading, queries, signal)) : null,
	};
}

async function readSide(
	{ reading, trusted, owner }: Sessions,
	ask: Pick<Ask, 'readers' | 'signal'>,
): Promise<Side & { everything: SeenByOne }> {
	const { signal } = ask;
	const relations = await listReadable(reading);
	const seen = await readOnly(reading, () => readVisible(reading, { ...ask, relations }));
	const tables = relations.filter(({ kind }) => kind !== 'v');
	const views = relations.filter(({ kind }) => kind === 'v');
	const rows = await readOnly(trusted, async () => {
		await printAlike(reading, trusted);
		return readEverything(trusted, { relations: tables, signal });
	});
	const throughViews = owner
		? await readOnly(reading, () =>
				asReader(reading, { role: owner, settings: {} }, () => readEverything(reading, { relations: views, signal })),
			)
		: [];
	return { relations, seen, everything: new Map([...rows, ...throughViews]) };
}

/** Rows are told apart by how they are printed, and a login may have settings of its own for that; in the open transaction. */
async function printAlike(as: TargetClient, client: TargetClient): Promise<void> {
	const names = ['TimeZone', 'DateStyle', 'IntervalStyle', 'extra_float_digits', 'bytea_output', 'xmloption', 'lc_monetary'];
	const { rows } = await as.query<{ name: string; value: string }>(
		'select n as name, pg_catalog.current_setting(n) as value from pg_catalog.unnest($1::text[]) n',
		[names],
	);
	for (const { name, value } of rows) await client.query('select pg_catalog.set_config($1, $2, true)', [name, value]);
}

type AskAfter = Ask & { before: Before; isMeant: (visible: Pick<Visible, 'reader' | 'relation'>) => boolean };

/** The same with the change, in its own transaction before COMMIT; compared. */
export async function readAfter(
	client: TargetClient,
	{ before, isMeant, readers, queries, signal }: AskAfter,
): Promise<{ visible: Visible[] | null; plans: PlannedQuery[] | null }> {
	const plans = before.plans && comparePlans(queries, before.plans, await planQueries(client, queries, signal));
	if (!before.visible) return { visible: null, plans };
	const relations = identifiedAsBefore(before.visible.relations, await listReadable(client));
	const seen = await readVisible(client, { readers, relations, signal });
	return { visible: compareVisible({ before: before.visible, after: { relations, seen }, isMeant }), plans };
}

async function readOnly<T>(client: TargetClient, work: () => Promise<T>): Promise<T> {
	await client.query('begin read only');
	try {
		await client.query(`set local statement_timeout = ${READING_TIMEOUT_MS}`);
		return await work();
	} finally {
		// A connection that cannot roll back is dead, and the server rolls back for it.
		await client.query('rollback').catch(() => undefined);
	}
}
