import { isMade } from '#lib/sql/plan/made.ts';
import { list, relationName, text } from '#lib/sql/plan/parse-names.ts';
import { commandsOf } from '../bundle-acts.ts';
import type { ReviewRule } from '../rule.ts';
import { sizeOf, withSize } from '../size.ts';
import { isSerial } from '../type-change.ts';

type Tree = Record<string, unknown>;
const GIVES_VALUE = ['CONSTR_DEFAULT', 'CONSTR_IDENTITY', 'CONSTR_GENERATED'];

/** A new column that must have a value and gets none, in a table that has rows. */
export const requiredColumn: ReviewRule = ({ kind, node }, { made }) => {
	if (kind !== 'AlterTableStmt' || node === null) return [];
	const relation = relationName(node.relation);
	if (isMade(made, 'table', relation)) return [];
	return commandsOf(node).flatMap(({ subtype, def: { ColumnDef: column } }) => {
		const kinds = list(column?.constraints).map((item) => text((item as { Constraint: Tree }).Constraint.contype));
		const isRequired = kinds.includes('CONSTR_NOTNULL') || kinds.includes('CONSTR_PRIMARY');
		if (subtype !== 'AT_AddColumn' || !column || !isRequired || isSerial(column) || kinds.some((one) => GIVES_VALUE.includes(one)))
			return [];
		const name = text(column.colname);
		return {
			code: 'required_column',
			about: `${relation}.${name}`,
			asks: { relations: [relation] },
			judge: (facts) => {
				const size = sizeOf(facts, relation);
				if (size === null || (size !== 'unknown' && size.rows === 0)) return null;
				const message = `column ${name} is NOT NULL without a default, and the rows of ${withSize(relation, size)} have no value for it: PostgreSQL refuses this (23502)`;
				return { severity: 'accept', message, instead: 'Give it a DEFAULT, or add it as nullable and fill it.' };
			},
		};
	});
};
