import type { StatementRule } from './rule.ts';

type Cast = { TypeCast?: { arg?: unknown; typeName?: { names?: Named[] } } };
type Named = { String?: { sval?: string } };

/** Their literals are not run with them: bodies are text, and a comment is only that. */
const NOT_RUN = ['CreateFunctionStmt', 'CommentStmt', 'VariableSetStmt', 'PrepareStmt', 'AlterEnumStmt', 'NotifyStmt', 'SecLabelStmt'];

/**
 * A rule for one bundle, asked about its statements in order: a value that ALTER TYPE adds may not be used before COMMIT (55P04), unless the
 * type is new in the same transaction. A literal without a type counts as a use; one of another type does not.
 */
export function newEnumValue(): StatementRule {
	const created = new Set<string>();
	const added = new Map<string, string>();
	return ({ kind, node }) => {
		if (!node) return null;
		if (kind === 'CreateEnumStmt') created.add(lastName(node.typeName));
		if (kind === 'AlterEnumStmt' && node.newVal && !node.oldVal && !created.has(lastName(node.typeName))) {
			added.set(String(node.newVal), lastName(node.typeName));
		}
		if (added.size === 0 || NOT_RUN.includes(kind)) return null;
		const value = usedIn(node, added);
		if (value === null) return null;
		return {
			code: 'new_enum_value',
			message: `'${value}' is added to the enum type ${added.get(value)} by this change: PostgreSQL refuses to use it before COMMIT (55P04, unsafe use of new value)`,
			instead: `File ALTER TYPE … ADD VALUE as an earlier change of its own. Where this text is no value of ${added.get(value)}, write its type, such as '${value}'::text.`,
		};
	};
}

function usedIn(tree: unknown, added: Map<string, string>): string | null {
	if (typeof tree !== 'object' || tree === null) return null;
	const { TypeCast: cast } = tree as Cast;
	if (cast) {
		const value = constant(cast.arg);
		if (value !== null) return added.get(value) === lastName(cast.typeName?.names) ? value : null;
	}
	const value = constant(tree);
	if (value !== null) return added.has(value) ? value : null;
	for (const child of Object.values(tree)) {
		const found = usedIn(child, added);
		if (found !== null) return found;
	}
	return null;
}

function constant(tree: unknown): string | null {
	return (tree as { A_Const?: { sval?: { sval?: string } } } | undefined)?.A_Const?.sval?.sval ?? null;
}

function lastName(names: unknown): string {
	return (names as Named[] | undefined)?.at(-1)?.String?.sval ?? '';
}
