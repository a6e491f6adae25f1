import { contentOf } from '#lib/change/signed-bytes.ts';
import { acceptedNames } from '#lib/domain/statement.ts';
import type { Census } from '#lib/postgres/catalog/census.ts';
import type { Plan } from './gate.ts';

/** Rows, or the position of a sequence, that an extension keeps for itself and that no dump holds. */
export const ROWS_NOT_DUMPED = 'rows_not_dumped';

/** The tables and sequences of which those who signed have accepted, by its name, that what they hold does not come back. */
export function acceptedRows(plan: Pick<Plan, 'stored'>): string[] {
	const prefix = `${ROWS_NOT_DUMPED} `;
	const suffix = ' at the bundle';
	return (acceptedNames(contentOf(plan.stored)) ?? []).flatMap((name) =>
		name.startsWith(prefix) && name.endsWith(suffix) ? [name.slice(prefix.length, -suffix.length)] : [],
	);
}

/** What a restore from the dump must bring back: all but what was accepted not to. */
export function withoutAcceptedRows(plan: Pick<Plan, 'stored'>, census: Census): Census {
	const accepted = acceptedRows(plan);
	return {
		...census,
		tables: census.tables.filter(({ table }) => !accepted.includes(table)),
		sequences: census.sequences.filter(({ sequence }) => !accepted.includes(sequence)),
	};
}
