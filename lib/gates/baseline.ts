import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { objectWords } from '#lib/domain/wording/price-words.ts';
import { type CatalogEntry, diffCatalogs } from '#lib/postgres/catalog/fingerprint.ts';
import type { Store } from '#lib/store/client.ts';
import { type GateContext, StepFailed } from './gate.ts';

const squeeze = promisify(gzip);
const unsqueeze = promisify(gunzip);

/** Enough of a definition's hash to see that it is another one: the fingerprint that was signed holds all of it. */
const DEFINITION_CHARACTERS = 16;
const MOST_NAMED = 10;

/** A catalog as it is kept with a revision: gzip over the JSON of [kind, name, beginning of the definition's hash]. */
export async function packCatalog(entries: readonly CatalogEntry[]): Promise<Buffer> {
	return squeeze(JSON.stringify(entries.map(({ kind, name, definition }) => [kind, name, definition.slice(0, DEFINITION_CHARACTERS)])));
}

async function unpackCatalog(bytes: Uint8Array): Promise<CatalogEntry[]> {
	const rows = JSON.parse((await unsqueeze(bytes)).toString('utf8')) as [string, string, string][];
	return rows.map(([kind, name, definition]) => ({ kind, name, definition, outline: null }));
}

/** The target's catalog is the one that the revision was filed for; else a StepFailed names what has changed since. */
export async function assertBaseline(
	store: Store,
	{ plan, target }: Pick<GateContext, 'plan' | 'target'>,
	{ catalog, fingerprint }: { catalog: CatalogEntry[]; fingerprint: string },
): Promise<void> {
	if (fingerprint === plan.baseline) return;
	const differences = await readDrift(store, { ...plan, catalog });
	const more = differences.length - MOST_NAMED;
	const named = `${differences.slice(0, MOST_NAMED).join('; ')}${more > 0 ? `; and ${more} more` : ''}`;
	throw new StepFailed({
		code: 'baseline_differs',
		message: `The catalog of ${target.name} has changed since this revision was filed${named ? `: ${named}` : ''}.`,
		instead: 'Nothing was changed. File a new revision based on the present state and have it signed.',
	});
}

/** What has changed since a revision was filed, a line for each object; empty where its catalog was not kept, too. */
export async function readDrift(
	store: Store,
	{ changeId, revision, catalog }: { changeId: string; revision: number; catalog: CatalogEntry[] },
): Promise<string[]> {
	const kept = await store.revisionCatalog.findFirst({ where: { revision: { changeId, number: revision } } });
	return kept ? differencesOf(await unpackCatalog(kept.entries), catalog) : [];
}

function differencesOf(filed: CatalogEntry[], now: CatalogEntry[]): string[] {
	const short = now.map((entry) => ({ ...entry, definition: entry.definition.slice(0, DEFINITION_CHARACTERS) }));
	const { added, removed, changed } = diffCatalogs(filed, short);
	return [
		...removed.map((entry) => objectWords({ ...entry, what: 'is gone' })),
		...changed.map((entry) => objectWords({ ...entry, what: 'was altered' })),
		...added.map((entry) => objectWords({ ...entry, what: 'is new' })),
	];
}
