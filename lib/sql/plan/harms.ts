import type { ParsedStatement } from '#lib/sql/split-statements.ts';
import { alterHarms } from './alter-harms.ts';
import { isAlwaysTrue } from './always-true.ts';
import type { Harm } from './harm.ts';
import { everyNode, list, nameOf, nameOfNode, nounOf, relationName, text } from './parse-names.ts';

type Tree = Record<string, unknown>;

/** Dropped without CASCADE they lose what they hold; all else holds only a definition. A schema must be empty then. */
const HOLD_DATA = ['table', 'materialized view', 'sequence', 'extension'];
/** Words of PL/pgSQL, or of SQL that our parser cannot read, that take something away. */
const TAKES_AWAY = /\b(drop|truncate|delete)\b/i;
/** They only say what is to be done later, by a trigger or a caller. */
const LATER = ['CreateFunctionStmt', 'RuleStmt'];
/** Kinds that lose data wherever they stand: in WITH, in COPY (…), in CREATE SCHEMA. */
const NESTED = ['DeleteStmt', 'UpdateStmt', 'MergeStmt', 'GrantStmt'];
/** Statements that call functions as they run, and not later. */
const CALLS = ['SelectStmt', 'InsertStmt', 'UpdateStmt', 'DeleteStmt', 'MergeStmt', 'CreateTableAsStmt', 'CopyStmt'];

/** What one statement can lose, open or hide, as far as its text tells. */
export function harmsOf({ kind, node, sql }: Pick<ParsedStatement, 'kind' | 'node' | 'sql'>): Harm[] {
	if (node === null) return unreadHarms(sql);
	if (LATER.includes(kind)) return [];
	const nested = nestedIn(node);
	const called = CALLS.includes(kind) ? functionsIn(node) : [];
	return [
		...(HARMS[kind]?.(node) ?? []),
		...nested.flatMap(([nestedKind, tree]) => HARMS[nestedKind]?.(tree) ?? []),
		...called.map((name): Harm => ({ kind: 'functions', noun: 'function', name })),
	];
}

/** Of a statement that only the target's own version can read, or that is too large. */
export function unreadHarms(sql: string): Harm[] {
	return [{ kind: TAKES_AWAY.test(sql) ? 'unread_takes_away' : 'unread', noun: 'statement', name: '' }];
}

const HARMS: Record<string, (node: Tree) => Harm[]> = {
	DropStmt: (n) => {
		const noun = nounOf(n.removeType);
		const kind = n.behavior === 'DROP_CASCADE' ? 'drop_cascade' : 'drop';
		if (kind === 'drop' && !HOLD_DATA.includes(noun)) return [];
		return list(n.objects).map((object) => ({ kind, noun, name: nameOfNode(object) }));
	},
	DropOwnedStmt: (n) =>
		list(n.roles).map((role) => ({
			kind: 'drop_owned',
			noun: 'role',
			name: text((role as { RoleSpec?: Tree }).RoleSpec?.rolename) || 'the current role',
		})),
	AlterTableStmt: alterHarms,
	TruncateStmt: (n) => {
		const kind = n.behavior === 'DROP_CASCADE' ? 'truncate_cascade' : 'truncate';
		return list(n.relations).map((relation) => ({ kind, noun: 'table', name: nameOfNode(relation) }));
	},
	DeleteStmt: (n) => everyRow('delete_all', n),
	UpdateStmt: (n) => everyRow('update_all', n),
	MergeStmt: (n) =>
		list(n.mergeWhenClauses).some((clause) => (clause as { MergeWhenClause: Tree }).MergeWhenClause.commandType === 'CMD_DELETE')
			? [{ kind: 'merge_delete', noun: 'table', name: relationName(n.relation) }]
			: [],
	GrantStmt: (n) => {
		if (!n.is_grant || !list(n.grantees).some(isPublic)) return [];
		const noun = n.targtype === 'ACL_TARGET_ALL_IN_SCHEMA' ? `every ${nounOf(n.objtype)} of schema` : nounOf(n.objtype);
		return list(n.objects).map((object) => ({ kind: 'public', noun, name: nameOfNode(object) }));
	},
	AlterDefaultPrivilegesStmt: (n) => {
		const action = n.action as Tree;
		const opens = action.is_grant && list(action.grantees).some(isPublic);
		return opens ? [{ kind: 'public_later', noun: nounOf(action.objtype), name: '' }] : [];
	},
	DoStmt: (n) => {
		const body = list(n.args).map((arg) => text((arg as { DefElem: { arg?: { String?: Tree } } }).DefElem.arg?.String?.sval));
		return [{ kind: TAKES_AWAY.test(body.join(' ')) ? 'do_takes_away' : 'do', noun: 'DO block', name: '' }];
	},
	CallStmt: (n) => [{ kind: 'call', noun: 'procedure', name: nameOf((n.funccall as Tree | undefined)?.funcname) }],
};

function everyRow(kind: 'delete_all' | 'update_all', n: Tree): Harm[] {
	if (n.whereClause && !isAlwaysTrue(n.whereClause)) return [];
	return [{ kind, noun: 'table', name: relationName(n.relation) }];
}

function isPublic(grantee: unknown): boolean {
	return (grantee as { RoleSpec?: Tree }).RoleSpec?.roletype === 'ROLESPEC_PUBLIC';
}

function nestedIn(tree: unknown): [kind: string, node: Tree][] {
	return NESTED.flatMap((kind) => everyNode(tree, kind).map((node): [string, Tree] => [kind, node]));
}

/** Functions of PostgreSQL itself that bundles use often and that take nothing away. */
const KNOWN = new Set(
	`now clock_timestamp statement_timestamp current_setting set_config setval nextval currval gen_random_uuid random md5 sha256 encode decode
	count sum min max avg bool_and bool_or every array_agg string_agg jsonb_agg json_agg jsonb_object_agg row_number rank dense_rank lag lead
	lower upper trim btrim ltrim rtrim length left right substr substring replace regexp_replace split_part concat concat_ws format
	coalesce nullif greatest least abs round ceil floor trunc mod power generate_series unnest array_length cardinality to_char to_date
	to_timestamp to_number date_trunc date_part extract age make_date make_interval jsonb_build_object json_build_object jsonb_set to_jsonb
	to_json row_to_json quote_ident quote_literal to_regclass pg_get_serial_sequence pg_sleep version exists`.split(/\s+/),
);

function functionsIn(node: Tree): string[] {
	const names = everyNode(node, 'FuncCall').map((call) => nameOf(call.funcname));
	return [...new Set(names)].filter((name) => !name.startsWith('pg_catalog.') && !KNOWN.has(name));
}
