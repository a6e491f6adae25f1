import type { ParsedStatement } from '#lib/sql/split-statements.ts';
import { everyNode, list, nameOf, text } from './parse-names.ts';

type Tree = Record<string, unknown>;

/** Roles, memberships, tablespaces and parameters: a backup of one database does not contain them. */
const CLUSTER = 'Belongs to the whole cluster: ROLLBACK undoes it, a restore does not';
const OTHER_DATABASE = 'Belongs to another database: ROLLBACK undoes it, a restore does not';
const DROPPED_ROLE =
	'Belongs to the whole cluster: ROLLBACK undoes it. A restore makes a role that the backup names again, without its password';
const PARTLY = 'Also affects the whole cluster, such as tablespaces: ROLLBACK undoes that, a restore does not';
const FILE = 'Writes a file on the server: neither ROLLBACK nor a restore undoes it';

const CLUSTER_KINDS = ['CreateRoleStmt', 'AlterRoleStmt', 'GrantRoleStmt', 'AlterTableSpaceOptionsStmt'];
/** These also go through the shared objects of all databases. */
const PARTLY_KINDS = ['DropOwnedStmt', 'ReassignOwnedStmt'];
const CLUSTER_OBJECTS = ['OBJECT_ROLE', 'OBJECT_TABLESPACE', 'OBJECT_PARAMETER_ACL'];
/** Functions that are no part of any transaction, by what they work on. */
const ACTS_ON: [what: string, functions: RegExp][] = [
	['replication slots', /^pg_(create_(logical|physical)|drop|copy_(logical|physical))_?replication_slot$|^pg_replication_slot_advance$/],
	['other servers or databases', /^dblink(_exec|_send_query|_open)?$/],
	['other sessions', /^pg_(terminate|cancel)_backend$/],
	[
		'the server',
		/^pg_(reload_conf|rotate_logfile|switch_wal|promote|create_restore_point|backup_start|backup_stop|log_backend_memory_contexts)$/,
	],
	['files of the server', /^(lo_export|pg_file_(write|rename|unlink|sync))$/],
	['statistics of the server', /^pg_stat_(reset|statements_reset)/],
];
/** The functions of these are called later, by others. */
const LATER = ['CreateFunctionStmt', 'RuleStmt', 'ViewStmt', 'CreateTrigStmt', 'CreatePolicyStmt'];

/**
 * Which effect of this statement a restore would not undo, in words; null when there is none, as far as its text shows. `database`: the
 * target's own; where it is not known, a database that is named counts as another one.
 */
export function beyondRestore({ kind, node }: Pick<ParsedStatement, 'kind' | 'node'>, database: string | null): string | null {
	if (kind === 'DropRoleStmt') return DROPPED_ROLE;
	if (CLUSTER_KINDS.includes(kind)) return CLUSTER;
	if (PARTLY_KINDS.includes(kind)) return PARTLY;
	if (node === null) return null;
	if (kind === 'CopyStmt' && !node.is_from) return FILE;
	if (kind === 'AlterRoleSetStmt' && !node.database) return CLUSTER;
	// The database that one is connected to cannot be renamed.
	if (node.renameType === 'OBJECT_DATABASE') return CLUSTER;
	// What belongs to one database comes with its backup.
	const named = databasesIn(kind, node);
	if (named.some((name) => name !== database)) return OTHER_DATABASE;
	if (named.length > 0) return null;
	const about = node.objtype ?? node.objectType ?? node.renameType;
	return CLUSTER_OBJECTS.includes(String(about)) ? CLUSTER : actsOutside(kind, node);
}

/** The databases that a statement about databases names. */
function databasesIn(kind: string, node: Tree): string[] {
	if (kind === 'AlterRoleSetStmt') return [text(node.database)];
	if (kind.startsWith('AlterDatabase')) return [text(node.dbname)];
	if ((node.objtype ?? node.objectType) !== 'OBJECT_DATABASE') return [];
	const objects = node.object ? [node.object] : list(node.objects);
	return objects.map((object) => text((object as { String?: Tree }).String?.sval));
}

/** What a statement does outside of its database and its transaction, in words; null when there is none, as far as its text shows. */
export function actsOutside(kind: string, node: Tree): string | null {
	if (LATER.includes(kind)) return null;
	const called = everyNode(node, 'FuncCall').map((call) => nameOf(list(call.funcname).slice(-1)));
	const on = ACTS_ON.find(([, functions]) => called.some((name) => functions.test(name)));
	return on ? `Acts on ${on[0]}: neither ROLLBACK nor a restore undoes it` : null;
}
