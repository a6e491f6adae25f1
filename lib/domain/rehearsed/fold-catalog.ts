import type { CatalogChange } from './rehearsal.ts';

/** An object that differs, and what came or went with it. */
export type FoldedChange = CatalogChange & { parts: CatalogChange[] };

const RELATIONS = ['table', 'partitioned table', 'view', 'materialized view', 'foreign table'];

/** What belongs to a table or view that is new or gone stands below it, and not beside it: nobody wants to read each of its columns as a difference. */
export function foldCatalog(catalog: readonly CatalogChange[]): FoldedChange[] {
	const wholes = catalog.filter(({ kind, what }) => RELATIONS.includes(kind) && what !== 'changed').map((one) => ({ ...one, parts: [] }));
	const rest: FoldedChange[] = [];
	const byName = new Map<string, FoldedChange>(wholes.map((one) => [`${one.what} ${one.name}`, one]));
	for (const change of catalog) {
		if (byName.get(`${change.what} ${change.name}`)?.kind === change.kind) continue;
		const whole = [...namesOfWhole(change), ...tablesOfIndex(change, catalog)]
			.map((name) => byName.get(`${change.what} ${name}`))
			.find((one) => one !== undefined);
		if (whole) whole.parts.push(change);
		else rest.push({ ...change, parts: [] });
	}
	const order = new Map(catalog.map((one, index) => [`${one.kind} ${one.name} ${one.what}`, index]));
	const at = ({ kind, name, what }: CatalogChange) => order.get(`${kind} ${name} ${what}`) ?? 0;
	return [...byName.values(), ...rest].sort((a, b) => at(a) - at(b));
}

/** What the table or view may be called that this is a part of, by how the fingerprint names things. */
function namesOfWhole({ kind, name }: CatalogChange): string[] {
	if (kind === 'column') return [withoutLast(name)];
	const [, on] = / on (.+)$/.exec(name) ?? [];
	if (on !== undefined) return [on];
	// `privileges table eng.made`, `comment table column eng.made.id`.
	const [, of] = /^(?:table column|column|table|partitioned table|view|materialized view|foreign table) (.+)$/.exec(name) ?? [];
	return of === undefined ? [] : [of, withoutLast(of)];
}

/** Those with a constraint of the index's name: it came with that. */
function tablesOfIndex({ kind, name }: CatalogChange, catalog: readonly CatalogChange[]): string[] {
	if (kind !== 'index') return [];
	const schema = withoutLast(name);
	const begins = `${name.slice(schema.length + 1)} on ${schema}.`;
	return catalog
		.filter((one) => one.kind === 'constraint' && one.name.startsWith(begins))
		.map((one) => one.name.slice(begins.length - schema.length - 1));
}

/** `eng."a.b"` of `eng."a.b".c`. */
function withoutLast(name: string): string {
	return name.replace(/\.(?:"(?:[^"]|"")*"|[^."]+)$/, '');
}
