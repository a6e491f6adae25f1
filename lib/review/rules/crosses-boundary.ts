import { keyOfWriter, type WriterAsk } from '#lib/domain/bundle/catalog-facts.ts';
import type { Target } from '#lib/domain/target/target.ts';
import { countWords } from '#lib/domain/wording/count-words.ts';
import { list, nameOfNode, type RangeVar, relationName, text } from '#lib/sql/plan/parse-names.ts';
import { commandsOf } from '../bundle-acts.ts';
import type { Concern, ReviewRule } from '../rule.ts';

type Tree = Record<string, unknown>;
type Boundary = Target['boundaries'][number];
/** What is given to whom. `schema` is null when only the catalog knows it; `relation` is then asked about. */
type Given = { to: string[]; privileges: string[]; on: string; schema: string | null; relation?: string };

const EVERYBODY = 'PUBLIC';
const INSTEAD = 'Leave it out, and let a function of the other side do the writing. If the boundary itself is meant to move, accept this.';

/** Privileges across a boundary that the target names: by GRANT, for what is made later, by ownership, by membership in a role. */
export const crossesBoundary: ReviewRule = ({ kind, node }, { target: { boundaries } }) => {
	if (node === null || boundaries.length === 0) return [];
	if (kind === 'GrantRoleStmt') return node.is_grant ? memberships(node, boundaries) : [];
	return (GIVEN[kind]?.(node) ?? []).flatMap((given) => boundaries.flatMap((boundary) => crossings(given, boundary)));
};

const GIVEN: Record<string, (node: Tree) => Given[]> = {
	GrantStmt: (n) => {
		if (!n.is_grant || n.objtype !== 'OBJECT_TABLE') return [];
		const [to, privileges] = [rolesOf(n.grantees), privilegesOf(n.privileges)];
		if (n.targtype === 'ACL_TARGET_ALL_IN_SCHEMA')
			return list(n.objects).map((object) => {
				const schema = text((object as { String?: { sval?: string } }).String?.sval);
				return { to, privileges, on: `every table of ${nameOfNode(object)}`, schema };
			});
		return list(n.objects).map((object) => ({ to, privileges, ...placeOf((object as { RangeVar?: RangeVar }).RangeVar) }));
	},
	AlterDefaultPrivilegesStmt: (n) => {
		const action = n.action as Tree;
		if (!action.is_grant || action.objtype !== 'OBJECT_TABLE') return [];
		const [to, privileges] = [rolesOf(action.grantees), privilegesOf(action.privileges)];
		const named = list(n.options).flatMap((item) => {
			const { defname, arg } = (item as { DefElem: { defname: string; arg?: { List?: { items?: unknown } } } }).DefElem;
			return defname === 'schemas' ? list(arg?.List?.items).map((one) => text((one as { String?: Tree }).String?.sval)) : [];
		});
		if (named.length === 0) return [{ to, privileges, on: 'tables made later in any schema', schema: '*' }];
		return named.map((schema) => ({ to, privileges, on: `tables made later in ${schema}`, schema }));
	},
	AlterTableStmt: (n) =>
		commandsOf(n).flatMap(({ subtype }, index) => {
			if (subtype !== 'AT_ChangeOwner') return [];
			const command = (list(n.cmds)[index] as { AlterTableCmd: Tree }).AlterTableCmd;
			return [{ to: rolesOf([{ RoleSpec: command.newowner }]), privileges: [], ...placeOf(n.relation as RangeVar) }];
		}),
};

function crossings({ to, privileges, on, schema, relation }: Given, boundary: Boundary): Concern[] {
	const roles = to.filter((role) => role === EVERYBODY || isInside(boundary, role));
	// None by name is all of them.
	const refused = privileges.length === 0 ? boundary.privileges : boundary.privileges.filter((one) => privileges.includes(one));
	if (refused.length === 0) return [];
	return roles.map((role) => ({
		code: 'crosses_boundary',
		about: `${role} on ${relation ?? on}`,
		asks: schema === null && relation ? { relations: [relation] } : {},
		judge: (facts) => {
			const in_ = schema ?? facts?.relations[relation ?? '']?.schema;
			if (in_ !== undefined && in_ !== '*' && !boundary.schemas.includes(in_)) return null;
			// A relation that is not there yet and has no schema in its name may be anywhere.
			if (in_ === undefined && facts !== null) return null;
			const message = `this gives ${role} ${refused.join(', ').toUpperCase()} on ${on}, across the boundary that the target’s definition draws around ${boundary.schemas.join(', ')}`;
			return { severity: 'accept', message, instead: INSTEAD };
		},
	}));
}

/** Whoever becomes a member of a role may do what that may. */
function memberships(node: Tree, boundaries: Boundary[]): Concern[] {
	const granted = list(node.granted_roles).map((role) => text((role as { AccessPriv: Tree }).AccessPriv.priv_name));
	return boundaries.flatMap((boundary) =>
		rolesOf(node.grantee_roles)
			.filter((role) => isInside(boundary, role))
			.flatMap((role) =>
				granted.map((through): Concern => {
					const writers = boundary.schemas.map((schema) => ({ role: through, schema }));
					return {
						code: 'crosses_boundary',
						about: `${role} through ${through}`,
						asks: { writers },
						judge: (facts) => {
							// Of a role that is not there yet nobody knows what else the bundle gives it.
							const tables = (ask: WriterAsk) => facts?.writers[keyOfWriter(ask)];
							const open = writers.filter((ask) => tables(ask) !== 0);
							if (open.length === 0 || (facts && isInside(boundary, through))) return null;
							const where = open.map((ask) => `${countedTables(tables(ask))} of ${ask.schema}`).join(' and ');
							const may = open.some((ask) => tables(ask))
								? 'which may write to'
								: 'which is not known on the target and may come to write to';
							const message = `this makes ${role} a member of ${through}, ${may} ${where}: across the boundary that the target’s definition draws around it`;
							return { severity: 'accept', message, instead: INSTEAD };
						},
					};
				}),
			),
	);
}

function countedTables(count: number | undefined): string {
	return count === undefined ? 'tables' : countWords(count, 'table');
}

function isInside({ roles }: Boundary, role: string): boolean {
	const matches = (pattern: string) => new RegExp(`^${pattern.replace(/[^a-zA-Z0-9_*]/g, '\\$&').replaceAll('*', '.*')}$`, 's').test(role);
	return roles.some(matches);
}

function rolesOf(specs: unknown): string[] {
	return list(specs).flatMap((item) => {
		const { rolename, roletype } = (item as { RoleSpec?: { rolename?: string; roletype?: string } }).RoleSpec ?? {};
		return roletype === 'ROLESPEC_PUBLIC' ? EVERYBODY : (rolename ?? []);
	});
}

function privilegesOf(items: unknown): string[] {
	return list(items).map((item) => text((item as { AccessPriv: Tree }).AccessPriv.priv_name).toLowerCase());
}

function placeOf(range: RangeVar | undefined): Pick<Given, 'on' | 'schema' | 'relation'> {
	const relation = relationName(range);
	return { on: relation, relation, schema: range?.schemaname ?? null };
}
