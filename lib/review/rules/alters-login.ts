import { sessionsNeeded } from '#lib/domain/target/sessions-needed.ts';
import type { Target } from '#lib/domain/target/target.ts';
import { list, text } from '#lib/sql/plan/parse-names.ts';
import type { Concern, ReviewRule } from '../rule.ts';

type Tree = Record<string, unknown>;

/**
 * What could keep the console out of its target, as the text tells: after COMMIT it must look at what it did, and may have to restore it. A DO
 * block says nothing here; the run looks right before COMMIT, but a password that was changed nobody sees.
 */
export const altersLogin: ReviewRule = ({ node, kind }, { target }) => {
	if (node === null) return [];
	const limit = kind === 'AlterDatabaseStmt' ? tooFewSessions(node, target) : null;
	if (limit) return [limit];
	const { does, names } = READ[kind]?.(node) ?? { does: '', names: [] };
	const logins = Object.values(target.connection.logins).map(({ user }) => user);
	return names
		.filter((name) => logins.includes(name))
		.map((name) =>
			blocks(name, {
				message: `this ${does} ${name}, with which the console signs in to ${target.name}: if it could not after COMMIT, nobody could look at what the change did, or restore it`,
				instead: 'Let the DBA do it outside a change, and enroll the target again.',
			}),
		);
};

function tooFewSessions(node: Tree, target: Target): Concern | null {
	if (text(node.dbname) !== target.connection.database) return null;
	const given = list(node.options)
		.map((one) => (one as { DefElem: { defname: string; arg?: { Integer?: { ival?: number } } } }).DefElem)
		.find(({ defname }) => defname === 'connection_limit');
	// Zero is left out of a tree.
	const most = given ? (given.arg?.Integer?.ival ?? 0) : -1;
	if (most === -1 || most >= sessionsNeeded(target)) return null;
	return blocks(target.connection.database, {
		message: `this lets ${target.connection.database} have ${most} sessions at a time, and a run alone may need ${sessionsNeeded(target)}`,
		instead: 'Set a higher limit. To keep the application out, use its maintenance mode.',
	});
}

function blocks(about: string, said: { message: string; instead: string }): Concern {
	return { code: 'alters_login', about, judge: () => ({ severity: 'blocks', ...said }) };
}

const READ: Record<string, (node: Tree) => { does: string; names: string[] }> = {
	AlterRoleStmt: (n) => ({ does: 'alters', names: [roleOf(n.role)] }),
	AlterRoleSetStmt: (n) => ({ does: 'changes the settings of', names: [roleOf(n.role)] }),
	DropRoleStmt: (n) => ({ does: 'drops', names: specs(n.roles) }),
	RenameStmt: (n) => ({ does: 'renames', names: n.renameType === 'OBJECT_ROLE' ? [text(n.subname)] : [] }),
	GrantStmt: (n) => ({
		does: 'takes privileges on a database from',
		names: n.objtype === 'OBJECT_DATABASE' && !n.is_grant ? specs(n.grantees) : [],
	}),
	GrantRoleStmt: (n) => ({ does: 'takes a role from', names: n.is_grant ? [] : specs(n.grantee_roles) }),
};

function specs(nodes: unknown): string[] {
	return list(nodes).map((one) => roleOf((one as { RoleSpec?: unknown }).RoleSpec));
}

function roleOf(node: unknown): string {
	return text((node as { rolename?: unknown } | undefined)?.rolename);
}
