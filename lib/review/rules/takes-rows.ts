import type { FactsAsk } from '#lib/domain/bundle/catalog-facts.ts';
import { type FallsAsk, keyOfAsk } from '#lib/domain/impact.ts';
import type { Harm, HarmKind } from '#lib/sql/plan/harm.ts';
import { harmsOf } from '#lib/sql/plan/harms.ts';
import { isMade } from '#lib/sql/plan/made.ts';
import type { ReviewRule } from '../rule.ts';
import { sizeOf, withSize } from '../size.ts';

type Words = { code: string; says: string; instead: string; with?: FallsAsk['by'] };

const WHERE = 'Write the WHERE that you mean. If every row is meant, accept this.';
const KEEP = 'Rename it in this change, and drop it in a later one when nobody has missed it.';
const LOSES: Partial<Record<HarmKind, Words>> = {
	update_all: { code: 'updates_every_row', says: 'this UPDATE has no WHERE that leaves a row out: it overwrites all of', instead: WHERE },
	delete_all: {
		code: 'deletes_every_row',
		says: 'this DELETE has no WHERE that leaves a row out: it deletes all of',
		instead: WHERE,
		with: 'delete',
	},
	truncate: { code: 'empties_table', says: 'this empties', instead: 'Delete the rows that you mean, by a WHERE.' },
	truncate_cascade: {
		code: 'empties_table',
		says: 'this empties',
		instead: 'Leave CASCADE out, and name every table that shall be emptied.',
		with: 'truncate_cascade',
	},
	drop: { code: 'drops_rows', says: 'this drops', instead: KEEP },
	drop_cascade: { code: 'drops_rows', says: 'this drops', instead: KEEP },
};
const TABLES = ['table', 'materialized view', 'column'];

/** Rows that are lost as a whole: UPDATE and DELETE without WHERE, TRUNCATE, DROP of a table or a column. */
export const takesRows: ReviewRule = (statement, { made }) =>
	harmsOf(statement).flatMap((harm) => {
		const words = LOSES[harm.kind];
		if (!words || isMade(made, harm.noun, harm.name) || !TABLES.includes(harm.noun)) return [];
		const ask = words.with ? askOf(harm, words.with) : null;
		const asks: Partial<FactsAsk> = { relations: [harm.name], falls: ask ? [ask] : [] };
		return {
			code: words.code,
			about: harm.column ? `${harm.name}.${harm.column}` : harm.name,
			asks,
			judge: (facts) => {
				const size = sizeOf(facts, harm.name);
				if (size === null) return null;
				// An UPDATE of an empty table is a mistake too, but a drop or a TRUNCATE of one loses nothing.
				if (size !== 'unknown' && size.rows === 0 && !harm.kind.endsWith('_all')) return null;
				const falls = ask && facts ? facts.falls[keyOfAsk(ask)] : undefined;
				const along = falls && !falls.missing && falls.names.length > 0 ? `, and with it rows of ${falls.names.join(', ')}` : '';
				const column = harm.column ? `column ${harm.column} of ` : '';
				return { severity: 'accept', message: `${words.says} ${column}${withSize(harm.name, size)}${along}`, instead: words.instead };
			},
		};
	});

function askOf({ noun, name }: Harm, by: FallsAsk['by']): FallsAsk {
	return { by, noun, name, column: null };
}
