import type { TargetClient } from '#lib/postgres/connection/connect.ts';
import { redactStart } from '#lib/redact.ts';
import { DEFINITIONS_SQL } from './definitions-sql.ts';
import { type CatalogEntry, withCatalogSettings } from './fingerprint.ts';

type Named = Pick<CatalogEntry, 'kind' | 'name'>;

/** The SQL of objects, by what `nameOf` says. What is not there, or has no SQL of its own, is not in it. */
export type Definitions = ReadonlyMap<string, string>;

/** A function of thousands of lines is read elsewhere. */
const MOST_CHARACTERS = 8_000;

export function nameOf({ kind, name }: Named): string {
	return `${kind} ${name}`;
}

/** Reads how these objects are defined, as SQL, in the transaction that the client is in, or in one of its own. Long texts are cut, and passwords taken out. */
export async function readDefinitions(client: TargetClient, named: readonly Named[]): Promise<Definitions> {
	if (named.length === 0) return new Map();
	const { rows } = await withCatalogSettings(client, () => client.query<Named & { sql: string }>(DEFINITIONS_SQL, [named.map(nameOf)]));
	return new Map(rows.map((row) => [nameOf(row), redactStart(row.sql, MOST_CHARACTERS)]));
}
