import { allOrFirstError } from '#lib/all-or-first-error.ts';
import type { DatabaseProperties } from '#lib/postgres/backup/database-properties.ts';
import { type Census, diffCensus, type TableCensus, takeCensusOn } from '#lib/postgres/catalog/census.ts';
import { type CatalogEntry, databaseFingerprintOf, readCatalog } from '#lib/postgres/catalog/fingerprint.ts';
import type { TargetClient } from '#lib/postgres/connection/connect.ts';
import { askClosedDoor, behindClosedDoor, type Door } from '#lib/postgres/sessions/closed-door.ts';
import type { GateContext } from './gate.ts';
import { giveBackProperties } from './ready-to-restore.ts';

/** What a database beside the live one holds, seen with the same eyes as the live one, while nobody else could be there. */
export type SeenCopy = { catalog: CatalogEntry[]; census: Census; hasUnlogged: boolean; door: Door };

/** As it was when it was proved; its door has been closed since, as long as it is this one. */
export type ProvenCopy = {
	databaseFingerprint: string;
	census: Census;
	/** It has tables that a crash of the server empties. */
	hasUnlogged: boolean;
	door: Door;
};

type Looking = Pick<GateContext, 'target' | 'runId' | 'signal'>;

/** Looks at a database that a restore, or a copy, has made. It stays closed. */
export async function lookAtCopy({ target, runId, signal }: Looking, database: string): Promise<SeenCopy> {
	const guests = Array.from({ length: target.backup.jobs + 1 }, () => ({ login: 'backup' }) as const);
	const asked = { target, database, applicationName: `countersign compare ${runId}`, signal, guests };
	const { value, door } = await behindClosedDoor(asked, async ([first, second, ...others]) => {
		if (!first || !second) throw new Error('no connection was made');
		const [catalog, census] = await allOrFirstError([readCatalog(first), takeCensusOn(second, others)]);
		return { catalog, census, hasUnlogged: await hasUnloggedTables(first) };
	});
	return { ...value, door };
}

export function provenAs({ catalog, census, hasUnlogged, door }: SeenCopy): ProvenCopy {
	return { databaseFingerprint: databaseFingerprintOf(catalog), census, hasUnlogged, door };
}

/**
 * Whether it is still what it was when it was proved; its owner, privileges and settings are given back first. While its door was not opened nobody can have been there, and nothing is counted.
 * Else catalog, rows with their versions, sequences and large objects are compared, with nobody else there. `differs` says in words in what.
 */
export async function proveCopyAgain(
	context: GateContext,
	{ database, proven, properties }: { database: string; proven: ProvenCopy; properties: DatabaseProperties },
): Promise<{ proven: ProvenCopy; how: string } | { differs: string }> {
	const { target, runId, signal } = context;
	const door = await askClosedDoor({ target, database, applicationName: `countersign compare ${runId}`, signal });
	if (door !== null && door === proven.door && !proven.hasUnlogged) {
		const same = await giveBackProperties(context, { database, properties, door });
		return { proven: { ...proven, door: same }, how: 'nobody has used it since it was proved' };
	}
	await giveBackProperties(context, { database, properties });
	context.tell({ phase: 'progress', data: { summary: `comparing ${database} with what it was when it was proved` } });
	const now = await lookAtCopy(context, database);
	const differences = differencesOf(proven, now);
	if (differences.length > 0) return { differs: shortened(differences) };
	return { proven: provenAs(now), how: 'compared: unchanged since it was proved' };
}

function differencesOf(proven: ProvenCopy, now: SeenCopy): string[] {
	const catalog = databaseFingerprintOf(now.catalog) === proven.databaseFingerprint ? [] : ['its catalog'];
	const only = ({ sequences }: Census): Census => ({ tables: [], beside: [], sequences, snapshot: '' });
	return [...rowsDiffering(proven.census, now.census), ...diffCensus(only(proven.census), only(now.census)), ...catalog];
}

/** A table that only one of the two has is in the catalog. That one was written anew, by VACUUM FULL, is no difference. */
function rowsDiffering(before: Census, after: Census): string[] {
	const old = new Map([...before.tables, ...before.beside].map((t) => [t.table, t]));
	const words = (was: TableCensus, is: TableCensus) =>
		was.rows === is.rows ? `${is.table}: other rows` : `${is.table}: ${was.rows} rows, then ${is.rows}`;
	return [...after.tables, ...after.beside].flatMap((is) => {
		const was = old.get(is.table);
		return !was || (was.rows === is.rows && was.versions === is.versions) ? [] : [words(was, is)];
	});
}

async function hasUnloggedTables(client: TargetClient): Promise<boolean> {
	const { rows } = await client.query<{ found: boolean }>(
		`select exists (select from pg_catalog.pg_class where relpersistence = 'u') as found`,
	);
	return rows[0]?.found ?? true;
}

function shortened(names: string[]): string {
	return `${names.slice(0, 5).join(', ')}${names.length > 5 ? `, and ${names.length - 5} more` : ''}`;
}
