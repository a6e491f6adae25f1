import { harmsOf } from '#lib/sql/plan/harms.ts';
import { plural } from '#lib/sql/plan/parse-names.ts';
import type { Concern, ReviewRule } from '../rule.ts';

const NAME_THE_ROLES = 'Name the roles that need it.';

/** Privileges to PUBLIC, and row-level security switched off. */
export const opensToPublic: ReviewRule = (statement) =>
	harmsOf(statement).flatMap(({ kind, noun, name }): Concern[] => {
		if (kind === 'public')
			return [always('grants_to_public', name, `this gives privileges on ${noun} ${name} to every role (PUBLIC)`, NAME_THE_ROLES)];
		if (kind === 'public_later')
			return [
				always(
					'grants_to_public',
					plural(noun),
					`this gives privileges on ${plural(noun)} made later to every role (PUBLIC)`,
					NAME_THE_ROLES,
				),
			];
		if (kind !== 'rls_off') return [];
		const instead = 'Leave it on, and add a policy for the role that needs more rows.';
		return [
			always(
				'row_security_off',
				name,
				`this switches row-level security off for ${name}: its policies no longer hide a row from anybody`,
				instead,
			),
		];
	});

function always(code: string, about: string, message: string, instead: string): Concern {
	return { code, about, judge: () => ({ severity: 'accept', message, instead }) };
}
