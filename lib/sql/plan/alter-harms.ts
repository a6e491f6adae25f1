import type { Harm } from './harm.ts';
import { nameOf, relationName, text } from './parse-names.ts';

type Column = { typeName?: { names?: unknown; typmods?: unknown[]; arrayBounds?: unknown[] }; raw_default?: unknown };
type Command = { subtype?: string; name?: string; behavior?: string; def?: { ColumnDef?: Column } };

/** Types that take any value as it is, when no length or precision is given. */
const TAKE_ALL = ['text', 'pg_catalog.varchar', 'pg_catalog.int8', 'pg_catalog.numeric', 'pg_catalog.float8', 'jsonb'];

/** What ALTER TABLE can lose, one harm a subcommand. */
export function alterHarms(node: Record<string, unknown>): Harm[] {
	const relation = relationName(node.relation);
	const commands = ((node.cmds as { AlterTableCmd: Command }[] | undefined) ?? []).map((item) => item.AlterTableCmd);
	return commands.flatMap((command) => harmOf(command, relation));
}

function harmOf({ subtype, name = '', behavior, def }: Command, relation: string): Harm[] {
	const cascades = behavior === 'DROP_CASCADE';
	switch (subtype) {
		case 'AT_DropColumn':
			return [{ kind: cascades ? 'drop_cascade' : 'drop', noun: 'column', name: relation, column: name }];
		case 'AT_DropConstraint':
			return cascades ? [{ kind: 'drop_cascade', noun: 'constraint', name: relation, column: name }] : [];
		case 'AT_AlterColumnType':
			return takesAll(def?.ColumnDef) ? [] : [{ kind: 'retype', noun: 'column', name: relation, column: name }];
		case 'AT_SetUnLogged':
			return [{ kind: 'unlogged', noun: 'table', name: relation }];
		case 'AT_DisableRowSecurity':
			return [{ kind: 'rls_off', noun: 'table', name: relation }];
		default:
			return [];
	}
}

/** USING may compute anything; a shorter or another type rounds, cuts or refuses. */
function takesAll(column: Column | undefined): boolean {
	const type = column?.typeName;
	const hasLength = (type?.typmods ?? []).length > 0 || (type?.arrayBounds ?? []).length > 0;
	return !column?.raw_default && !hasLength && TAKE_ALL.includes(text(nameOf(type?.names)));
}
