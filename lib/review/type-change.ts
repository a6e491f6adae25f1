import { list, nameOf, text } from '#lib/sql/plan/parse-names.ts';

type Tree = Record<string, unknown>;

/** How format_type writes what the parser calls otherwise. */
const WRITTEN: Record<string, string> = {
	varchar: 'character varying',
	bpchar: 'character',
	int2: 'smallint',
	int4: 'integer',
	int8: 'bigint',
	float4: 'real',
	float8: 'double precision',
	bool: 'boolean',
	timestamp: 'timestamp without time zone',
	timestamptz: 'timestamp with time zone',
	varbit: 'bit varying',
};

/**
 * Whether PostgreSQL changes a column's type in the catalog alone, without writing the table anew: the same type, text in place of
 * varchar, a longer varchar, a numeric with more digits before the point. `was` is as format_type writes it.
 */
export function keepsRows(was: string, column: Tree | undefined): boolean {
	if (!column || column.raw_default) return false;
	const type = column.typeName as Tree | undefined;
	if (!type || list(type.arrayBounds).length > 0) return false;
	const [, base = '', , lengths] = /^([^(]+?)(\(([\d,]+)\))?( with(out)? time zone)?$/.exec(was) ?? [];
	const before = { base: base.trim(), lengths: (lengths ?? '').split(',').filter(Boolean).map(Number) };
	const name = nameOf(type.names).replace(/^pg_catalog\./, '');
	const after = { base: WRITTEN[name] ?? name, lengths: list(type.typmods).map(lengthOf) };
	if (after.base === was) return after.lengths.length === 0;
	const isText = (one: string) => one === 'text' || one === 'character varying';
	if (isText(before.base) && isText(after.base)) return isAtLeast(after.lengths, before.lengths);
	if (before.base !== after.base) return false;
	const isSameScale = after.lengths.length === 0 || (after.lengths[1] ?? 0) === (before.lengths[1] ?? 0);
	if (after.base === 'numeric') return isAtLeast(after.lengths, before.lengths) && isSameScale;
	return ['character varying', 'bit varying'].includes(after.base) && isAtLeast(after.lengths, before.lengths);
}

/** No length is the longest. */
function isAtLeast([after]: number[], [before]: number[]): boolean {
	return after === undefined || (before !== undefined && after >= before);
}

function lengthOf(node: unknown): number {
	const constant = (node as { A_Const?: { ival?: { ival?: number } } }).A_Const;
	return constant?.ival?.ival ?? 0;
}

/** serial and its relatives, which the parser takes for types. */
export function isSerial(column: Tree): boolean {
	return /^(small|big)?serial[248]?$/.test(text(nameOf((column.typeName as Tree | undefined)?.names)));
}
