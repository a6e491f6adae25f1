import { sessionsNeeded } from '#lib/domain/target/sessions-needed.ts';
import type { Target } from '#lib/domain/target/target.ts';
import { countWords } from '#lib/domain/wording/count-words.ts';
import { list, text } from '#lib/sql/plan/parse-names.ts';
import type { Concern, ReviewRule } from '../rule.ts';

type Tree = Record<string, unknown>;

/** Options of ALTER ROLE that say what a login may do: without it, it may not. */
const RIGHTS = ['canlogin', 'superuser', 'bypassrls', 'createdb'];
/** A password that was changed nobody sees, not even right before COMMIT. */
const LIMITS = ['password', 'connectionlimit', 'validUntil'];

/**
 * What could keep the console out of its target, as the text tells: after COMMIT it must look at what it did, and may have to restore it. What
 * the text does not tell, as of a DO block, the run finds right before COMMIT; so it does with REVOKE, which may take what is not needed.
 */
export const altersLogin: ReviewRule = ({ node, kind }, { target }) => {
	if (node === null) return [];
	const limit = kind === 'AlterDatabaseStmt' ? tooFewSessions(node, target) : null;
	if (limit) return [limit];
	const logins = Object.values(target.connection.logins).map(({ user }) => user);
	const { does, names, isCertain = true } = READ[kind]?.(node) ?? { does: '', names: [] };
	return [...new Set(names)]
		.filter((name) => logins.includes(name))
		.map((name) => ({
			code: 'alters_login',
			about: name,
			judge: () => ({
				severity: isCertain ? ('blocks' as const) : ('note' as const),
				message: `this ${does} ${name}, with which the console signs in to ${target.name}: if it could not after COMMIT, nobody could look at what the change did, or restore it`,
				instead: isCertain
					? 'Let the DBA do it outside a change, and enroll the target again.'
					: 'The run looks right before COMMIT, and rolls back what the console cannot do without. Nothing is to be done if that is something else.',
			}),
		}));
};

function tooFewSessions(node: Tree, target: Target): Concern | null {
	if (text(node.dbname) !== target.connection.database) return null;
	const given = optionsOf(node).find(({ defname }) => defname === 'connection_limit');
	// Zero is left out of a tree.
	const most = given ? (given.arg?.Integer?.ival ?? 0) : -1;
	if (most === -1 || most >= sessionsNeeded(target)) return null;
	return {
		code: 'alters_login',
		about: target.connection.database,
		judge: () => ({
			severity: 'blocks',
			message: `this lets ${target.connection.database} have ${countWords(most, 'session')} at a time, and a run alone may need ${sessionsNeeded(target)}`,
			instead: 'Set a higher limit. To keep the application out, use its maintenance mode.',
		}),
	};
}

type Read = { does: string; names: string[]; isCertain?: boolean };

const READ: Record<string, (node: Tree) => Read> = {
	AlterRoleStmt: (n) => ({ does: 'alters', names: takesAway(n) ? [roleOf(n.role)] : [] }),
	DropRoleStmt: (n) => ({ does: 'drops', names: specs(n.roles) }),
	RenameStmt: (n) => ({ does: 'renames', names: n.renameType === 'OBJECT_ROLE' ? [text(n.subname)] : [] }),
	GrantStmt: (n) => ({
		does: 'takes privileges on a database from',
		names: n.objtype === 'OBJECT_DATABASE' && !n.is_grant ? specs(n.grantees) : [],
		isCertain: false,
	}),
	GrantRoleStmt: (n) => ({ does: 'takes a role from', names: n.is_grant ? [] : specs(n.grantee_roles), isCertain: false }),
};

function takesAway(node: Tree): boolean {
	return optionsOf(node).some(({ defname, arg }) => LIMITS.includes(defname) || (RIGHTS.includes(defname) && !arg?.Boolean?.boolval));
}

type Option = { defname: string; arg?: { Integer?: { ival?: number }; Boolean?: { boolval?: boolean } } };

function optionsOf({ options }: Tree): Option[] {
	return list(options).map((one) => (one as { DefElem: Option }).DefElem);
}

function specs(nodes: unknown): string[] {
	return list(nodes).map((one) => roleOf((one as { RoleSpec?: unknown }).RoleSpec));
}

function roleOf(node: unknown): string {
	return text((node as { rolename?: unknown } | undefined)?.rolename);
}
