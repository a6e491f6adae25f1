import { beyondRestore } from '#lib/sql/plan/beyond-restore.ts';
import { list } from '#lib/sql/plan/parse-names.ts';
import { actsOf } from '#lib/sql/plan/statement-acts.ts';
import type { ReviewRule } from '../rule.ts';

const NEW = ['CreateRoleStmt', 'GrantRoleStmt'];

/** What a restore does not undo: roles that are dropped or altered, and the like. What only adds is a note. */
export const outlastsRestore: ReviewRule = (statement, { target }) => {
	const why = beyondRestore(statement, target.connection.database);
	const { kind, node } = statement;
	if (why === null || node === null) return [];
	const severity = NEW.includes(kind) && (kind !== 'GrantRoleStmt' || node.is_grant) ? ('note' as const) : ('accept' as const);
	const dropped =
		kind === 'DropRoleStmt' ? list(node.roles).map((role) => (role as { RoleSpec?: { rolename?: string } }).RoleSpec?.rolename ?? '') : [];
	return actsOf(statement, target.connection.database).map((act, index) => {
		const role = dropped[index];
		return {
			code: 'beyond_restore',
			about: act.object,
			asks: role ? { roles: [role] } : {},
			judge: (facts) => {
				const uses = role ? (facts?.roles[role] ?? []) : [];
				const refused = uses.length > 0 ? `. PostgreSQL refuses to drop it (2BP01) while these name it: ${uses.join(', ')}` : '';
				return {
					severity,
					message: `this ${lower([act.lead, act.noun, act.object].filter(Boolean).join(' '))}; that ${lower(why)}${refused}`,
					instead: 'Do it in a change of its own, with a bundle beside it that undoes it.',
				};
			},
		};
	});
};

function lower(words: string): string {
	return `${words[0]?.toLowerCase()}${words.slice(1)}`;
}
