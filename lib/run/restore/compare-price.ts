import { createHash } from 'node:crypto';
import { canonicalBytes } from '#lib/domain/canonical-json.ts';
import { isConsolesOwn, type KnownPrice, rowsOf, type TableLoss, type Truncated, type UnknownPrice } from '#lib/domain/restore-price.ts';
import type { Census } from '#lib/postgres/catalog/census.ts';
import { type CatalogEntry, ofDatabase } from '#lib/postgres/catalog/fingerprint.ts';
import { type Changed, changedBetween, type TableChange } from '#lib/postgres/sessions/changed-since.ts';
import { type WriteCounters, writesBetween } from '#lib/postgres/sessions/write-counters.ts';
import type { Look } from './look-after-commit.ts';

/** The target as it is now. `settled`: all sessions have reported what they wrote. */
export type Now = { catalog: CatalogEntry[]; census: Census; counters: WriteCounters; settled: boolean; snapshot: string };

/**
 * What others have done since the change: the rows that they wrote, in numbers of PostgreSQL's statistics where these tell, and all that is there
 * to be seen whatever statistics say.
 */
export function priceBetween(look: Look, now: Now): KnownPrice {
	const before = { catalog: ofDatabase(look.catalog), census: withNamesOf(now.counters, look) };
	const written = writtenSince(look, now);
	const changed = ofOthers(changedBetween(before, { catalog: ofDatabase(now.catalog), census: now.census }));
	changed.tables = changed.tables.filter((table) => !isEmptiedByCrash(table, written.get(table.table)));
	const late = { ...look.late, tables: look.late.tables.filter(({ table }) => !isConsolesOwn(table)) };
	const losses = changed.tables.map((table) => lossOf(table, written.get(table.table)));
	const tables = added([...late.tables, ...losses.flatMap(({ rows }) => rows ?? [])]);
	return {
		known: true,
		tables,
		rows: tables.reduce((sum, table) => sum + rowsOf(table), 0),
		truncated: [...late.truncated, ...losses.flatMap(({ truncated }) => truncated ?? [])],
		objects: changed.objects,
		sequences: changed.sequences,
		measuredAt: new Date().toISOString(),
		digest: digestOf({ late, ...changed }),
		snapshot: now.snapshot,
	};
}

/** Where it could not be measured: all since the backup. */
export function unknownPrice(since: string, why: string): UnknownPrice {
	return { known: false, since, why, measuredAt: new Date().toISOString(), digest: digest({ since }) };
}

/** Of what is there to be seen and not of how it is told: the same, whether statistics have survived or not. */
function digestOf({ late, tables, objects, sequences }: Changed & Pick<Look, 'late'>): string {
	const held = tables.map(({ now: { table, rows, versions } }) => ({ table, rows, versions }));
	return digest({ late, tables: held, objects, sequences });
}

function digest(value: unknown): string {
	return createHash('sha256').update(canonicalBytes(value)).digest('hex');
}

/** CLUSTER marks the index that it used; each large object is in the catalog already. */
const TOLD_OTHERWISE = ['clustered', 'pg_catalog.pg_largeobject_metadata'];

/** The console's own notes in the target are nobody's loss, and maintenance is none. */
function ofOthers({ tables, objects, sequences }: Changed): Changed {
	return {
		tables: tables
			.filter(({ table }) => !isConsolesOwn(table) && !TOLD_OTHERWISE.includes(table))
			.sort((a, b) => (a.table < b.table ? -1 : 1)),
		objects: objects.filter(({ kind, name }) => !isConsolesOwn(name) && !TOLD_OTHERWISE.includes(kind)),
		sequences,
	};
}

/** A table that was renamed since is the same table. */
function withNamesOf(now: WriteCounters, { census, counters }: Look): Census {
	const names = new Map(now.tables.map(({ oid, table }) => [oid, table]));
	const renamed = new Map(counters.tables.map(({ oid, table }) => [table, names.get(oid) ?? table]));
	return { ...census, tables: census.tables.map((table) => ({ ...table, table: renamed.get(table.table) ?? table.table })) };
}

/** By table; nothing where the statistics do not tell: they were lost, or somebody has not reported yet. */
function writtenSince({ counters }: Look, now: Now): Map<string, TableLoss> {
	if (!now.settled) return new Map();
	try {
		return new Map(writesBetween(counters, now.counters).map((loss) => [loss.table, loss]));
	} catch {
		return new Map(); // What they say since is not all.
	}
}

/** A crash empties unlogged tables, and so does a failover: nobody did it. */
function isEmptiedByCrash({ now, isRewritten }: TableChange, written: TableLoss | undefined): boolean {
	return now.isUnlogged && now.rows === 0 && !isRewritten && !written?.deleted;
}

type Loss = { rows: TableLoss | null; truncated: Truncated | null };

/** Statistics count a DELETE and no TRUNCATE, and nothing of a session that has told them not to. */
function lossOf({ table, before, after, isRewritten }: TableChange, written: TableLoss | undefined): Loss {
	const missing = before + (written?.inserted ?? 0) - (written?.deleted ?? 0) - after;
	const truncated = isRewritten && missing > 0 ? { table, before, after } : null;
	const grown = after - before;
	const explains = written && (truncated || (written.inserted >= grown && written.deleted >= -grown));
	if (explains) return { rows: written, truncated };
	if (truncated) return { rows: null, truncated };
	const seen = { inserted: Math.max(0, grown), updated: grown === 0 ? 1 : 0, deleted: Math.max(0, -grown) };
	return { rows: { table, ...seen, atLeast: true }, truncated: null };
}

function added(losses: TableLoss[]): TableLoss[] {
	const sums = new Map<string, TableLoss>();
	for (const loss of losses) {
		const sum = sums.get(loss.table) ?? { table: loss.table, inserted: 0, updated: 0, deleted: 0 };
		sums.set(loss.table, {
			table: loss.table,
			inserted: sum.inserted + loss.inserted,
			updated: sum.updated + loss.updated,
			deleted: sum.deleted + loss.deleted,
			...((sum.atLeast ?? loss.atLeast) ? { atLeast: true } : {}),
		});
	}
	return [...sums.values()].sort((a, b) => (a.table < b.table ? -1 : 1));
}
