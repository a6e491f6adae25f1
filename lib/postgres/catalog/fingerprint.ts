import { createHash } from 'node:crypto';
import type { TargetClient } from '#lib/postgres/connection/connect.ts';
import { BUILT_IN_SQL, CATALOG_SQL } from './fingerprint-sql.ts';

/**
 * One object of the catalog, or one side of it (its privileges, its comment). `definition` is a SHA-256 in hex. `outline` is a hash of the
 * same without parentheses and casts, where it holds an expression; null elsewhere. No fingerprint covers it.
 */
export type CatalogEntry = { kind: string; name: string; definition: string; outline: string | null };

/** Changed entries are as they are now. */
export type CatalogDiff = { added: CatalogEntry[]; removed: CatalogEntry[]; changed: CatalogEntry[] };

/** Definitions of views wait behind an ACCESS EXCLUSIVE lock of another session. */
const LOCK_TIMEOUT_MS = 10_000;
const FORMAT = 'countersign/catalog/v1';
/** A limit for whoever reads a catalog and nothing else: one of very many objects takes a while. */
export const CATALOG_WITHIN_MS = 120_000;

/** What changes how definitions are written. */
const SETTINGS = {
	search_path: '',
	datestyle: 'ISO, YMD',
	intervalstyle: 'postgres',
	timezone: 'UTC',
	extra_float_digits: '1',
	quote_all_identifiers: 'off',
	standard_conforming_strings: 'on',
	bytea_output: 'hex',
	jit: 'off',
};
const SETTINGS_SQL = `select ${Object.entries(SETTINGS)
	.map(([name, value]) => `pg_catalog.set_config('${name}', '${value}', true)`)
	.join(', ')}`;

/**
 * Reads the catalog with all that pg_dump restores and what it leaves out (database settings and ACL, roles, memberships).
 * Inside the caller's transaction it sees the uncommitted state, leaves every setting as it was, and the caller's lock_timeout
 * holds; outside, it makes a transaction of its own and waits for a lock 10 s at most (55P03 after that).
 */
export async function readCatalog(client: TargetClient): Promise<CatalogEntry[]> {
	return withCatalogSettings(client, () => readRows(client, CATALOG_SQL));
}

/** Of the catalog only what initdb made, taken together. Transactions, settings and locks are as `readCatalog` says. */
export async function readBuiltInCatalog(client: TargetClient): Promise<CatalogEntry[]> {
	return withCatalogSettings(client, () => readRows(client, BUILT_IN_SQL));
}

/**
 * Reads of the catalog with the settings under which every name is qualified and every value written in one way. Transactions, settings and
 * locks are as `readCatalog` says.
 */
export async function withCatalogSettings<T>(client: TargetClient, read: () => Promise<T>): Promise<T> {
	return client.getTransactionStatus() === 'T' ? readInside(client, read) : readAlone(client, read);
}

/** A savepoint is the one thing that gives settings back exactly as they were, also when reading fails. */
async function readInside<T>(client: TargetClient, read: () => Promise<T>): Promise<T> {
	await client.query('savepoint countersign_catalog');
	return endedBy(client, 'rollback to savepoint countersign_catalog; release savepoint countersign_catalog', async () => {
		await setForReading(client);
		return read();
	});
}

async function readAlone<T>(client: TargetClient, read: () => Promise<T>): Promise<T> {
	await client.query('begin isolation level repeatable read read only');
	return endedBy(client, 'rollback', async () => {
		await client.query(`set local lock_timeout = ${LOCK_TIMEOUT_MS}`);
		await setForReading(client);
		return read();
	});
}

/** Ends with `sql` whatever happens; when both fail, the first error is the one that is told. */
async function endedBy<T>(client: TargetClient, sql: string, work: () => Promise<T>): Promise<T> {
	const value = await work().catch(async (error) => {
		await client.query(sql).catch(() => undefined);
		throw error;
	});
	await client.query(sql);
	return value;
}

/** In the client's transaction, and to its end: definitions are written the same way, whatever the database has set. */
export async function setForReading(client: TargetClient): Promise<void> {
	await client.query(SETTINGS_SQL);
}

async function readRows(client: TargetClient, sql: string): Promise<CatalogEntry[]> {
	const { rows } = await client.query<CatalogEntry>(sql);
	return rows;
}

/**
 * SHA-256, in hex, over the line `countersign/catalog/v1` and one line an entry: the JSON array [kind, name, definition] as
 * RFC 8785 writes it. Lines end in a line feed, and those of the entries are in the order of their UTF-8 bytes.
 */
export function fingerprintOf(entries: readonly CatalogEntry[]): string {
	const lines = entries.map(({ kind, name, definition }) => Buffer.from(`${JSON.stringify([kind, name, definition])}\n`));
	const hash = createHash('sha256').update(`${FORMAT}\n`);
	for (const line of lines.sort(Buffer.compare)) hash.update(line);
	return hash.digest('hex');
}

/**
 * The same over what belongs to the database alone. Roles, memberships, tablespaces and parameters belong to the whole cluster: no
 * backup of a database holds them, and no restore puts them back.
 */
export function databaseFingerprintOf(entries: readonly CatalogEntry[]): string {
	return fingerprintOf(ofDatabase(entries));
}

/** What a backup of the database holds, and a restore puts back. */
export function ofDatabase(entries: readonly CatalogEntry[]): CatalogEntry[] {
	return entries.filter((entry) => !isClusterWide(entry));
}

/** What belongs to the whole cluster: a restore of the database leaves it as it is. */
export function ofCluster(entries: readonly CatalogEntry[]): CatalogEntry[] {
	return entries.filter(isClusterWide);
}

function isClusterWide({ kind, name }: CatalogEntry): boolean {
	if (kind === 'role' || kind === 'membership' || kind === 'tablespace') return true;
	// Those of ALTER ROLE ALL, in no database and of no role.
	if (kind === 'settings' && name === '') return true;
	return (
		(kind === 'privileges' && name.startsWith('parameter ')) ||
		(['comment', 'security label', 'settings'].includes(kind) && name.startsWith('role '))
	);
}

/** What is there now and was not, what is gone, and what is defined otherwise. Each list is ordered by kind and name. */
export function diffCatalogs(before: readonly CatalogEntry[], after: readonly CatalogEntry[]): CatalogDiff {
	const old = new Map(before.map((entry) => [keyOf(entry), entry.definition]));
	const now = new Set(after.map(keyOf));
	return {
		added: inOrder(after.filter((entry) => !old.has(keyOf(entry)))),
		removed: inOrder(before.filter((entry) => !now.has(keyOf(entry)))),
		changed: inOrder(after.filter((entry) => old.has(keyOf(entry)) && old.get(keyOf(entry)) !== entry.definition)),
	};
}

function keyOf({ kind, name }: CatalogEntry): string {
	return JSON.stringify([kind, name]);
}

function inOrder(entries: CatalogEntry[]): CatalogEntry[] {
	return entries.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}
