import type { ParsedStatement } from '#lib/sql/split-statements.ts';
import type { Act, Lock, LockLevel, Reach } from './act.ts';
import { alterActs } from './alter-acts.ts';
import { beyondRestore } from './beyond-restore.ts';
import { list, nameOf, nameOfNode, nounOf, type RangeVar, relationName, text } from './parse-names.ts';

type Tree = Record<string, unknown>;

/** What one statement does. A statement whose tree is too large, or whose kind has no text here, is named by its kind. */
export function actsOf({ kind, node }: ParsedStatement, database: string | null): Act[] {
	const words = WORDS[kind];
	const acts = node && words ? words(node) : [unknownKind(kind)];
	const stays = beyondRestore({ kind, node }, database);
	return stays === null ? acts : acts.map((act) => ({ ...act, beyondRestore: stays }));
}

const WORDS: Record<string, (node: Tree) => Act[]> = {
	CreateStmt: (n) => [
		{
			...one('create', 'Creates', isTemporary(n.relation) ? 'temporary table' : 'table', relationName(n.relation)),
			locks: [...referredTo(n), ...partitioned(n)],
		},
	],
	CreateTableAsStmt: (n) => created(nounOf(n.objtype), relationName((n.into as Tree).rel)),
	CreateForeignTableStmt: (n) => created('foreign table', relationName((n.base as Tree | undefined)?.relation)),
	ViewStmt: (n) =>
		n.replace
			? replaced('view', relationName(n.view)).map((act) => ({ ...act, ...exclusive(n.view) }))
			: created('view', relationName(n.view)),
	IndexStmt: (n) => [
		{
			...one('create', 'Creates', n.unique ? 'unique index' : 'index', `${text(n.idxname) || 'unnamed'} on ${relationName(n.relation)}`),
			locks: [{ ...lock(n.relation, 'noWrites'), reaches: inherits(n.relation) ? PARTS : null }],
		},
	],
	CreatePolicyStmt: (n) => on('create', 'Creates', 'policy', text(n.policy_name), relationName(n.table)),
	AlterPolicyStmt: (n) => on('alter', 'Alters', 'policy', text(n.policy_name), relationName(n.table)),
	CreateTrigStmt: (n) => [
		{
			...one('create', 'Creates', 'trigger', `${text(n.trigname)} on ${relationName(n.relation)}`),
			locks: [{ ...lock(n.relation, 'noWrites'), reaches: n.row ? PARTS : null }],
		},
	],
	CreateFunctionStmt: (n) => {
		const noun = n.is_procedure ? 'procedure' : 'function';
		return n.replace ? replaced(noun, nameOf(n.funcname)) : created(noun, nameOf(n.funcname));
	},
	CreateSchemaStmt: (n) => created('schema', text(n.schemaname)),
	CreateSeqStmt: (n) => created('sequence', relationName(n.sequence)),
	CreateEnumStmt: (n) => created('enum type', nameOf(n.typeName)),
	CompositeTypeStmt: (n) => created('type', relationName(n.typevar)),
	CreateRangeStmt: (n) => created('range type', nameOf(n.typeName)),
	CreateDomainStmt: (n) => created('domain', nameOf(n.domainname)),
	CreateExtensionStmt: (n) => created('extension', text(n.extname)),
	CreateRoleStmt: (n) => created('role', text(n.role)),
	RuleStmt: (n) => on('create', 'Creates', 'rule', text(n.rulename), relationName(n.relation)),
	AlterTableStmt: alterActs,
	AlterEnumStmt: (n) => [{ ...one('alter', 'Alters', 'enum type', nameOf(n.typeName)) }],
	AlterSeqStmt: (n) => [{ ...one('alter', 'Alters', 'sequence', relationName(n.sequence)), locks: [lock(n.sequence, 'noWrites')] }],
	AlterFunctionStmt: (n) => [one('alter', 'Alters', 'function', nameOfNode((n.func as Tree | undefined) && { ObjectWithArgs: n.func }))],
	AlterRoleStmt: (n) => [one('alter', 'Alters', 'role', roleName(n.role))],
	AlterRoleSetStmt: (n) => {
		const lead = n.database ? `Changes settings, in database ${text(n.database)} alone, of` : 'Changes settings of';
		return [n.role ? one('alter', lead, 'role', roleName(n.role)) : plain(`${lead} every role`, 'alter')];
	},
	AlterDatabaseSetStmt: (n) => [one('alter', 'Changes settings of', 'database', text(n.dbname))],
	AlterDatabaseStmt: (n) => [one('alter', 'Alters', 'database', text(n.dbname))],
	AlterTableSpaceOptionsStmt: (n) => [one('alter', 'Changes options of', 'tablespace', text(n.tablespacename))],
	AlterOwnerStmt: (n) => [
		one('alter', `Makes ${roleName(n.newowner)} the owner of`, nounOf(n.objectType), nameOfNode(n.object ?? { RangeVar: n.relation })),
	],
	AlterObjectSchemaStmt: (n) => [
		{
			...one('alter', `Moves to schema ${text(n.newschema)}`, nounOf(n.objectType), nameOfNode(n.object ?? { RangeVar: n.relation })),
			...exclusive(n.relation),
		},
	],
	RenameStmt: (n) => {
		// For roles, schemas and the like the tree has only the old name.
		const named = n.object || n.relation ? [nameOfNode(n.object ?? { RangeVar: n.relation })] : [];
		const object = [...named, ...(n.subname ? [text(n.subname)] : [])].join('.');
		return [
			{
				...one('alter', 'Renames', nounOf(n.renameType), `${object} to ${text(n.newname)}`),
				...(n.relation ? { locks: [{ ...lock(n.relation, 'exclusive'), reaches: n.subname && inherits(n.relation) ? ALL : null }] } : {}),
			},
		];
	},
	DropStmt: dropped,
	DropRoleStmt: (n) => list(n.roles).map((role) => one('drop', 'Drops', 'role', roleName((role as Tree).RoleSpec))),
	DropOwnedStmt: (n) => list(n.roles).map((role) => one('drop', 'Drops everything owned by', 'role', roleName((role as Tree).RoleSpec))),
	ReassignOwnedStmt: (n) =>
		list(n.roles).map((role) =>
			one('alter', `Reassigns to ${roleName(n.newrole)} everything owned by`, 'role', roleName((role as Tree).RoleSpec)),
		),
	TruncateStmt: (n) =>
		list(n.relations).map((relation) => ({
			...one('drop', 'Empties (TRUNCATE)', 'table', nameOfNode(relation)),
			locks: [{ relation: nameOfNode(relation), level: 'exclusive' }],
		})),
	InsertStmt: (n) => written('Inserts into', n.relation),
	UpdateStmt: (n) => written(n.whereClause ? 'Updates rows of' : 'Updates every row of', n.relation),
	DeleteStmt: (n) => written(n.whereClause ? 'Deletes rows of' : 'Deletes every row of', n.relation),
	MergeStmt: (n) => written('Merges into', n.relation),
	SelectStmt: () => [plain('Runs a query, which may call functions')],
	RefreshMatViewStmt: (n) => [
		{
			...one('data', 'Refreshes', 'materialized view', relationName(n.relation)),
			locks: [lock(n.relation, n.concurrent ? 'noWrites' : 'exclusive')],
		},
	],
	ClusterStmt: (n) => [
		{ ...one('alter', 'Rewrites in the order of an index (CLUSTER)', 'table', relationName(n.relation)), ...exclusive(n.relation) },
	],
	ReindexStmt: (n) =>
		n.kind === 'REINDEX_OBJECT_TABLE'
			? [{ ...one('alter', 'Rebuilds the indexes of', 'table', relationName(n.relation)), locks: [lock(n.relation, 'noWrites')] }]
			: [one('alter', 'Rebuilds', 'index', relationName(n.relation))],
	GrantStmt: granted,
	GrantRoleStmt: membership,
	AlterDefaultPrivilegesStmt: (n) => {
		const action = n.action as Tree;
		const verb = action.is_grant ? 'Will grant' : 'Will not grant';
		return [
			plain(`${verb} ${privileges(action.privileges)} to ${grantees(action.grantees)} on ${nounOf(action.objtype)}s made later`, 'grant'),
		];
	},
	CopyStmt: (n) =>
		n.is_from ? written('Loads rows from a file of the server into', n.relation) : [plain('Copies rows to a file of the server')],
	SecLabelStmt: (n) => [one('other', 'Sets the security label of', nounOf(n.objtype), nameOfNode(n.object))],
	CommentStmt: (n) => [one('other', 'Comments on', nounOf(n.objtype), nameOfNode(n.object))],
	DoStmt: () => [{ ...plain('Runs a DO block: read the SQL to see what it does') }],
	CallStmt: () => [plain('Calls a procedure: its code is not in this SQL')],
	LockStmt: (n) =>
		list(n.relations).map((relation) => ({
			...one('other', 'Locks', 'table', nameOfNode(relation)),
			locks: [reaching({ relation: nameOfNode(relation), level: lockedIn(Number(n.mode)) }, inherits((relation as Tree).RangeVar))],
		})),
	VariableSetStmt: (n) => [plain(`Sets ${text(n.name) || 'a setting'} for the transaction`)],
};

function dropped(n: Tree): Act[] {
	const noun = nounOf(n.removeType);
	const lead = n.behavior === 'DROP_CASCADE' ? 'Drops, with everything that depends on it (CASCADE),' : 'Drops';
	return list(n.objects).map((object) => {
		const name = nameOfNode(object);
		const onRelation = ['policy', 'trigger', 'rule'].includes(noun);
		const parts = name.split('.');
		const shown = onRelation && parts.length > 1 ? `${parts.at(-1)} on ${parts.slice(0, -1).join('.')}` : name;
		return {
			...one('drop', lead, noun, shown),
			...(onRelation || LOCKED.includes(noun)
				? { locks: [{ relation: onRelation ? parts.slice(0, -1).join('.') : name, level: 'exclusive' as const }] }
				: {}),
		};
	});
}

/** What is dropped and was a relation; functions, types and schemas have no reads and writes to block. */
const LOCKED = ['table', 'foreign table', 'materialized view', 'view', 'sequence', 'index'];

/** Modes as parsenodes number them: 8 is ACCESS EXCLUSIVE, 5 to 7 keep writers out. */
function lockedIn(mode: number): LockLevel {
	return mode >= 8 ? 'exclusive' : mode >= 5 ? 'noWrites' : 'light';
}

/** Foreign keys of a new table lock the tables that they refer to. */
function referredTo(n: Tree): Lock[] {
	const constraints = list(n.tableElts).flatMap((element) => {
		const { Constraint, ColumnDef } = element as { Constraint?: Tree; ColumnDef?: Tree };
		const ofColumn = list(ColumnDef?.constraints).map((one) => (one as { Constraint?: Tree }).Constraint);
		return [Constraint, ...ofColumn];
	});
	return constraints.flatMap((constraint) => (constraint?.pktable ? [{ ...lock(constraint.pktable, 'noWrites'), reaches: PARTS }] : []));
}

/** A new partition locks the table that it becomes a part of. */
function partitioned(n: Tree): Lock[] {
	return n.partbound ? list(n.inhRelations).map((parent) => ({ relation: nameOfNode(parent), level: 'exclusive' as const })) : [];
}

function lock(relation: unknown, level: LockLevel): Lock {
	return { relation: relationName(relation), level };
}

function granted(n: Tree): Act[] {
	const verb = n.is_grant ? 'Grants' : 'Revokes';
	const lead = `${verb} ${privileges(n.privileges)} ${n.is_grant ? 'to' : 'from'} ${grantees(n.grantees)} on`;
	const noun = n.targtype === 'ACL_TARGET_ALL_IN_SCHEMA' ? `every ${nounOf(n.objtype)} of schema` : nounOf(n.objtype);
	return list(n.objects).map((object) => one('grant', lead, noun, nameOfNode(object)));
}

function membership(n: Tree): Act[] {
	const who = grantees(n.grantee_roles);
	const options = list(n.opt).map((option) => (option as { DefElem: { defname: string } }).DefElem.defname);
	const option = options.length > 0 ? `${options.join(' and ')} option` : null;
	const given = option ? `Grants ${who} membership, with its ${option} set, in` : `Grants ${who} membership in`;
	const taken = option ? `Revokes from ${who} the ${option} of membership in` : `Revokes from ${who} membership in`;
	return list(n.granted_roles).map((role) => {
		const { priv_name: name } = (role as { AccessPriv: { priv_name?: string } }).AccessPriv;
		return one('grant', n.is_grant ? given : taken, 'role', name ?? 'unnamed');
	});
}

function created(noun: string, object: string): Act[] {
	return [one('create', 'Creates', noun, object)];
}

function replaced(noun: string, object: string): Act[] {
	return [one('create', 'Creates or replaces', noun, object)];
}

function on(sign: Act['sign'], lead: string, noun: string, name: string, relation: string): Act[] {
	return [{ ...one(sign, lead, noun, `${name} on ${relation}`), locks: [{ relation, level: 'exclusive' }] }];
}

function written(lead: string, relation: unknown): Act[] {
	return [{ ...one('data', lead, 'table', relationName(relation)), locks: [lock(relation, 'rows')] }];
}

function one(sign: Act['sign'], lead: string, noun: string | null, object: string | null): Act {
	return { sign, lead, noun, object };
}

function plain(lead: string, sign: Act['sign'] = 'other'): Act {
	return one(sign, lead, null, null);
}

/** `CreateConversionStmt` reads as "create conversion". */
function unknownKind(kind: string): Act {
	const words = kind
		.replace(/Stmt$/, '')
		.replace(/([a-z])([A-Z])/g, '$1 $2')
		.toLowerCase();
	return plain(`Runs ${words}: read the SQL`);
}

function exclusive(relation: unknown): Pick<Act, 'locks'> {
	return relation ? { locks: [lock(relation, 'exclusive')] } : {};
}

const PARTS: Reach = { whom: 'partitions', level: 'noWrites' };
const ALL: Reach = { whom: 'children', level: 'exclusive' };

function reaching(one: Lock, reaches: boolean): Lock {
	return reaches ? { ...one, reaches: { whom: 'children', level: one.level } } : one;
}

/** Whether ONLY does not stand before its name. */
function inherits(relation: unknown): boolean {
	return (relation as { inh?: boolean } | undefined)?.inh === true;
}

function isTemporary(relation: unknown): boolean {
	return (relation as RangeVar | undefined)?.relpersistence === 't';
}

function privileges(items: unknown): string {
	const names = list(items).map((item) => {
		const { priv_name: name, cols } = (item as { AccessPriv: { priv_name?: string; cols?: unknown } }).AccessPriv;
		const word = (name ?? 'all').toUpperCase();
		return cols
			? `${word} (${list(cols)
					.map((column) => nameOfNode(column))
					.join(', ')})`
			: word;
	});
	return names.length === 0 ? 'all privileges' : names.join(', ');
}

function grantees(items: unknown): string {
	return list(items)
		.map((item) => roleName((item as Tree).RoleSpec))
		.join(', ');
}

function roleName(spec: unknown): string {
	const { rolename, roletype } = (spec ?? {}) as { rolename?: string; roletype?: string };
	return rolename ?? (roletype === 'ROLESPEC_PUBLIC' ? 'everybody (PUBLIC)' : 'the current role');
}
