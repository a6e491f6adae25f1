import type { ParsedStatement } from '#lib/sql/split-statements.ts';

/** Roles, memberships, tablespaces and parameters: no backup of a database holds them. */
const CLUSTER = 'Belongs to the whole cluster: ROLLBACK undoes it, a restore does not';
const PARTLY = 'Reaches what belongs to the whole cluster too, such as tablespaces: ROLLBACK undoes that, a restore does not';
const FILE = 'Writes a file on the server: neither ROLLBACK nor a restore takes it back';

const CLUSTER_KINDS = ['CreateRoleStmt', 'AlterRoleStmt', 'DropRoleStmt', 'GrantRoleStmt', 'AlterTableSpaceOptionsStmt'];
/** They go through the shared objects of all databases. */
const PARTLY_KINDS = ['DropOwnedStmt', 'ReassignOwnedStmt'];
const CLUSTER_OBJECTS = ['OBJECT_ROLE', 'OBJECT_TABLESPACE', 'OBJECT_PARAMETER_ACL'];

/** What a restore would not bring back of what this statement does, in words; null when it would, as far as the statement's kind tells. */
export function beyondRestore({ kind, node }: Pick<ParsedStatement, 'kind' | 'node'>): string | null {
	if (CLUSTER_KINDS.includes(kind)) return CLUSTER;
	if (PARTLY_KINDS.includes(kind)) return PARTLY;
	if (node === null) return null;
	if (kind === 'CopyStmt') return node.is_from ? null : FILE;
	// Settings of a role in one database come with that database.
	if (kind === 'AlterRoleSetStmt') return node.database ? null : CLUSTER;
	// The database that one is connected to cannot be renamed.
	if (node.renameType === 'OBJECT_DATABASE') return CLUSTER;
	const about = node.objtype ?? node.objectType ?? node.renameType;
	return CLUSTER_OBJECTS.includes(String(about)) ? CLUSTER : null;
}
