import { keyOfMember, type MemberAsk } from '#lib/domain/bundle/catalog-facts.ts';
import { isMade } from '#lib/sql/plan/made.ts';
import { list, nameOf, nameOfNode, relationName, text } from '#lib/sql/plan/parse-names.ts';
import { commandsOf } from '../bundle-acts.ts';
import type { Concern, ReviewRule } from '../rule.ts';

type Tree = Record<string, unknown>;
/** `definition` is lost at a restore, `rows` are where the extension does not have them dumped, `privileges` only a superuser gives back. */
type Act = { ask: MemberAsk; does: string; loses: 'definition' | 'rows' | 'privileges' };

/**
 * What a change does to a member of an extension and pg_dump leaves out: it writes CREATE EXTENSION, privileges, and the rows of tables that
 * the extension has marked. Everything else that is altered there is gone after a restore, so that no backup could be proved from then on.
 */
export const altersExtension: ReviewRule = (statement, { target, made }) => {
	const { node, kind } = statement;
	if (node === null) return [];
	if (kind === 'AlterExtensionContentsStmt') return [altersMembers(node)];
	return (ACTS[kind]?.(node) ?? [])
		.filter(({ ask }) => ask.of !== 'relation' || !isMade(made, 'table', ask.name))
		.map(({ ask, does, loses }): Concern => {
			const code = 'alters_extension';
			return {
				code,
				about: ask.name,
				asks: { members: [ask] },
				judge: (facts) => {
					const member = facts?.members[keyOfMember(ask)];
					if (!member) return null;
					const is = `${ask.name}, which belongs to the extension ${member.extension}`;
					if (loses === 'rows') {
						if (member.isDumped) return null;
						const message = `this ${does} ${is}: pg_dump leaves its rows out, so no restore of a later backup brings them back`;
						return { severity: 'accept', message, instead: 'Keep such rows in a table of your own.' };
					}
					if (loses === 'privileges' && member.isGivenBack) return null;
					const login = target.connection.logins.restore.user;
					const why =
						loses === 'privileges'
							? `only a superuser gives that back, and the restore login ${login} is none`
							: 'pg_dump leaves that out, and a restore has it as the extension makes it';
					return {
						severity: 'blocks',
						message: `this ${does} ${is}: ${why}. No later backup of ${target.name} could be proved, and no later change would run`,
						instead:
							loses === 'privileges'
								? 'Have the deployer name a superuser as the restore login, or give the privilege on a view or a function of your own.'
								: 'Make a view, a function or a table of your own beside it. Where the extension is yours, write it into a new version and use ALTER EXTENSION … UPDATE.',
					};
				},
			};
		});
};

function altersMembers(node: Tree): Concern {
	const [does, name] = [Number(node.action) < 0 ? 'takes something out of' : 'puts something into', text(node.extname)];
	return {
		code: 'alters_extension',
		about: name,
		judge: () => ({
			severity: 'blocks',
			message: `this ${does} the extension ${name}: pg_dump writes only CREATE EXTENSION, so a restore has the extension as its own script makes it. No later backup could be proved, and no later change would run`,
			instead: 'Write it into a new version of the extension and use ALTER EXTENSION … UPDATE.',
		}),
	};
}

const relation = (node: unknown, does: string, loses: Act['loses'] = 'definition'): Act => ({
	ask: { of: 'relation', name: relationName(node), args: null },
	does,
	loses,
});
const relations = (nodes: unknown, does: string, loses: Act['loses'] = 'definition'): Act[] =>
	list(nodes).map((one) => relation((one as { RangeVar?: Tree }).RangeVar, does, loses));
const type = (names: unknown, does: string): Act => ({ ask: { of: 'type', name: nameOf(names), args: null }, does, loses: 'definition' });

const ACTS: Record<string, (node: Tree) => Act[]> = {
	AlterTableStmt: (n) =>
		// Who owns a member is not compared.
		commandsOf(n).every(({ subtype }) => subtype === 'AT_ChangeOwner') ? [] : [relation(n.relation, 'alters')],
	AlterSeqStmt: (n) => [relation(n.sequence, 'alters')],
	ViewStmt: (n) => (n.replace ? [relation(n.view, 'replaces')] : []),
	IndexStmt: (n) => [relation(n.relation, 'builds an index on')],
	CreateTrigStmt: (n) => [relation(n.relation, 'makes a trigger on')],
	RuleStmt: (n) => [relation(n.relation, 'makes a rule on')],
	CreatePolicyStmt: (n) => [relation(n.table, 'makes a policy on')],
	AlterPolicyStmt: (n) => [relation(n.table, 'alters a policy on')],
	CreateStatsStmt: (n) => relations(n.relations, 'makes statistics on'),
	CreatePublicationStmt: (n) => published(n),
	AlterPublicationStmt: (n) => (n.action === 'AP_DropObjects' ? [] : published(n)),
	AlterEnumStmt: (n) => [type(n.typeName, 'alters')],
	AlterDomainStmt: (n) => [type(n.typeName, 'alters')],
	AlterFunctionStmt: (n) => [routine(n.func, 'alters')],
	CreateFunctionStmt: (n) => (n.replace ? [{ ask: replaced(n), does: 'replaces', loses: 'definition' }] : []),
	CommentStmt: (n) => named(n.objtype, n.object, 'comments on', 'definition'),
	RenameStmt: (n) => (n.relation ? [relation(n.relation, 'renames a part of')] : named(n.renameType, n.object, 'renames', 'definition')),
	GrantStmt: (n) =>
		n.targtype === 'ACL_TARGET_OBJECT'
			? list(n.objects).flatMap((object) => named(n.objtype, object, privilegeWords(n), 'privileges'))
			: [],
	InsertStmt: (n) => [relation(n.relation, 'writes rows of', 'rows')],
	UpdateStmt: (n) => [relation(n.relation, 'writes rows of', 'rows')],
	DeleteStmt: (n) => [relation(n.relation, 'deletes rows of', 'rows')],
	MergeStmt: (n) => [relation(n.relation, 'writes rows of', 'rows')],
	CopyStmt: (n) => (n.is_from ? [relation(n.relation, 'writes rows of', 'rows')] : []),
	TruncateStmt: (n) => relations(n.relations, 'empties', 'rows'),
};

const privilegeWords = (n: Tree) => (n.is_grant ? 'gives privileges on' : 'takes privileges on');

const RELATIONS = ['TABLE', 'VIEW', 'MATVIEW', 'SEQUENCE', 'INDEX', 'FOREIGN_TABLE'];
/** Their name is the last part of a list that begins with their table's. */
const PARTS = ['COLUMN', 'TABCONSTRAINT', 'TRIGGER', 'RULE', 'POLICY'];
const ROUTINES = ['FUNCTION', 'PROCEDURE', 'ROUTINE', 'AGGREGATE'];

function named(objectType: unknown, object: unknown, does: string, loses: Act['loses']): Act[] {
	const kind = text(objectType).replace(/^OBJECT_/, '');
	if (RELATIONS.includes(kind)) return [{ ask: { of: 'relation', name: nameOfNode(object), args: null }, does, loses }];
	if (ROUTINES.includes(kind)) return [{ ...routine((object as { ObjectWithArgs?: Tree }).ObjectWithArgs, does), loses }];
	if (kind === 'TYPE' || kind === 'DOMAIN') return [{ ask: { of: 'type', name: nameOfNode(object), args: null }, does, loses }];
	if (!PARTS.includes(kind)) return [];
	const parts = list((object as { List?: { items?: unknown } }).List?.items);
	return [{ ask: { of: 'relation', name: nameOf(parts.slice(0, -1)), args: null }, does: `${does} a part of`, loses }];
}

function routine(node: unknown, does: string): Act {
	const { objname, objargs, args_unspecified: isAny } = (node ?? {}) as Tree;
	return { ask: { of: 'routine', name: nameOf(objname), args: isAny ? null : list(objargs).map(typeWords) }, does, loses: 'definition' };
}

/** Parameters that only give something back are no part of what a function is known by. */
function replaced(n: Tree): MemberAsk {
	const parameters = list(n.parameters).map((one) => (one as { FunctionParameter: Tree }).FunctionParameter);
	const taken = parameters.filter(({ mode }) => mode !== 'FUNC_PARAM_OUT' && mode !== 'FUNC_PARAM_TABLE');
	return { of: 'routine', name: nameOf(n.funcname), args: taken.map(({ argType }) => typeWords({ TypeName: argType })) };
}

function typeWords(node: unknown): string {
	const { names, arrayBounds } = ((node as { TypeName?: Tree }).TypeName ?? {}) as Tree;
	return `${nameOf(names)}${list(arrayBounds).length > 0 ? '[]' : ''}`;
}

function published(n: Tree): Act[] {
	return list(n.pubobjects).flatMap((one) => {
		const { pubtable } = (one as { PublicationObjSpec: { pubtable?: { relation?: unknown } } }).PublicationObjSpec;
		return pubtable ? [relation(pubtable.relation, 'publishes')] : [];
	});
}
