import { type RangeVar, relationName } from '#lib/sql/plan/parse-names.ts';
import type { ParsedStatement } from '#lib/sql/split-statements.ts';
import type { ReviewRule } from '../rule.ts';

/** A new table without row-level security, in a schema in which most tables have it. */
export const noRowSecurity: ReviewRule = (statement, { acts }) => {
	const made = madeBy(statement);
	if (!made || made.relpersistence === 't') return [];
	const { schemaname: schema = 'public' } = made;
	const name = relationName(made);
	return [
		{
			code: 'no_row_security',
			about: name,
			asks: { schemas: [schema] },
			judge: (facts) => {
				const others = facts?.schemas[schema];
				if (acts.secured.has(name) || !others || others.secured === 0 || others.secured * 2 < others.tables) return null;
				return {
					severity: 'accept',
					message: `${name} gets no row-level security, and ${others.secured} of the ${others.tables} tables of schema ${schema} have it: whoever may read the table reads every row`,
					instead: `Write ALTER TABLE ${name} ENABLE ROW LEVEL SECURITY in this change, with a policy for each role that reads it.`,
				};
			},
		},
	];
};

function madeBy({ kind, node }: ParsedStatement): RangeVar | null {
	const into = (node?.into ?? node?.intoClause) as { rel?: RangeVar } | undefined;
	if (kind === 'SelectStmt' || (kind === 'CreateTableAsStmt' && node?.objtype === 'OBJECT_TABLE')) return into?.rel ?? null;
	// A partition is read through its table, by the policies of that.
	return kind === 'CreateStmt' && !node?.partbound ? (node?.relation as RangeVar) : null;
}
