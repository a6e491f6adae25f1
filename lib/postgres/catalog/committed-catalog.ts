import { createHash } from 'node:crypto';
import { foldObjects, type ObjectChange } from '#lib/domain/restore-price.ts';
import type { TargetClient } from '#lib/postgres/connection/connect.ts';
import { type CatalogEntry, diffCatalogs, ofDatabase, setForReading } from './fingerprint.ts';
import { catalogSqlOf, SOURCES } from './fingerprint-sql.ts';

/** Such a function writes an expression, and waits for whoever has locked the table that it is about: our own transaction, mostly. */
const WAITS = /\bpg_get_(?!userbyid\b)/;
const NOT_READ = '"countersign: not read"';
const NOT_READ_DEFINITION = createHash('sha256').update(NOT_READ).digest('hex');

/** The catalog without waiting for a lock: of what may hold an expression, only that it is there. */
const COMMITTED_SQL = catalogSqlOf(
	SOURCES.map((source) =>
		WAITS.test(source) ? `select kind, name, '${NOT_READ}'::jsonb from (${source}) named(kind, name, body)` : source,
	),
);

/** Each with the column that says which relation a row belongs to. */
const OF_RELATION = {
	pg_class: 'oid',
	pg_attribute: 'attrelid',
	pg_attrdef: 'adrelid',
	pg_index: 'indexrelid',
	pg_constraint: 'conrelid',
	pg_rewrite: 'ev_class',
	pg_trigger: 'tgrelid',
	pg_policy: 'polrelid',
	pg_foreign_table: 'ftrelid',
};

/** age() counts back from the newest id: who is younger began later. */
const IS_NEWER = 'age(x.xmin) < age($1::xid)';

/** What has a row in the catalog that is newer than the transaction `$1`, as the names of entries have it. */
const NEWER_SQL = [
	...Object.entries(OF_RELATION).map(
		([catalog, oid]) => `select format('%I.%I', n.nspname, c.relname) from ${catalog} x join pg_class c on c.oid = x.${oid}
			join pg_namespace n on n.oid = c.relnamespace where ${IS_NEWER}`,
	),
	`select x.oid::regprocedure::text from pg_proc x where ${IS_NEWER}`,
	`select x.oid::regtype::text from pg_type x where ${IS_NEWER}`,
	`select 'domain ' || x.contypid::regtype from pg_constraint x where x.contypid <> 0 and ${IS_NEWER}`,
	`select format('%I.%I', n.nspname, x.stxname) from pg_statistic_ext x join pg_namespace n on n.oid = x.stxnamespace where ${IS_NEWER}`,
	`select x.prrelid::regclass::text from pg_publication_rel x where ${IS_NEWER}`,
	// A foreign key's triggers on the table that it refers to.
	`select k.conrelid::regclass::text from pg_trigger x join pg_constraint k on k.oid = x.tgconstraint where k.conrelid <> 0 and ${IS_NEWER}`,
].join('\nunion\n');

type Asked = {
	/** As it was when the transaction had begun. */
	before: readonly CatalogEntry[];
	/** As the transaction leaves it, read inside it just now; null when that could not be read. */
	left: readonly CatalogEntry[] | null;
	/** The transaction's id, as decimal text. */
	xid: string;
};

/**
 * What others have made, removed or altered in the database, and committed, since a transaction of ours began that is still open. `client` is
 * another connection: it sees nothing of ours, and waits for none of our locks. What was only written anew, by VACUUM FULL or REINDEX, does
 * not count. What came or went with its table is left out.
 */
export async function readChangedByOthers(client: TargetClient, { before, left, xid }: Asked): Promise<ObjectChange[]> {
	await client.query('begin isolation level repeatable read read only');
	await setForReading(client);
	const { rows: committed } = await client.query<CatalogEntry>(COMMITTED_SQL);
	const { rows: newer } = await client.query<{ name: string }>(`select name from (${NEWER_SQL}) newer(name)`, [
		BigInt.asUintN(32, BigInt(xid)).toString(),
	]);
	await client.query('rollback');
	const { added, removed, changed } = diffCatalogs(ofDatabase(before), ofDatabase(committed));
	const [unread, read] = [changed.filter(isUnread), changed.filter((entry) => !isUnread(entry))];
	const isOtherwise = left === null ? () => true : among(diffCatalogs(before, left).changed);
	const rewritten = unread.filter((entry) => isOtherwise(entry) && newer.some(({ name }) => belongsTo(name, entry)));
	return foldObjects([
		...removed.map(({ kind, name }) => ({ kind, name, what: 'is gone', definition: null }) as const),
		...added.map(({ kind, name, definition }) => ({ kind, name, what: 'is new', definition }) as const),
		...[...read, ...rewritten].map(({ kind, name, definition }) => ({ kind, name, what: 'was altered', definition }) as const),
	]);
}

function isUnread({ definition }: CatalogEntry): boolean {
	return definition === NOT_READ_DEFINITION;
}

function among(entries: readonly CatalogEntry[]): (entry: CatalogEntry) => boolean {
	const keys = new Set(entries.map(({ kind, name }) => `${kind} ${name}`));
	return ({ kind, name }) => keys.has(`${kind} ${name}`);
}

/** Columns are named after their table; constraints, rules, triggers, policies and filters as being on it. */
function belongsTo(name: string, entry: CatalogEntry): boolean {
	return entry.name === name || entry.name.startsWith(`${name}.`) || entry.name.endsWith(` on ${name}`);
}
