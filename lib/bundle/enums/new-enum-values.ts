import type { Finding } from '#lib/domain/bundle/finding.ts';
import type { ParsedStatement } from '#lib/sql/split-statements.ts';
import type { Objection } from '../rules/rule.ts';
import { type AskedTypes, type EnumTypes, knownTypes, lastName, noteTypes } from './enum-types.ts';
import { functionsIn, judgeLiterals, literalsIn, relationsIn, valueIn } from './judge-literals.ts';

type Tree = Record<string, unknown>;
type Statement = { kind: string; node: Tree };
type Candidate = { statement: Statement; findingAt: (objection: Objection) => Finding };

/** Literals in these do not run, or are no expressions. */
const NOT_RUN = ['CommentStmt', 'VariableSetStmt', 'AlterEnumStmt', 'NotifyStmt', 'SecLabelStmt', 'DoStmt'];
/** What makes a type, a table or a function that later statements use. */
const MAKES = ['CreateDomainStmt', 'CompositeTypeStmt', 'CreateStmt', 'AlterTableStmt', 'CreateFunctionStmt'];
/** Trees are kept until the target has been asked: no more than this. */
const MOST_KEPT = 500;

export type NewEnumValues = {
	/** Takes note of one statement, in order. */
	read: (statement: ParsedStatement, findingAt: Candidate['findingAt']) => void;
	/**
	 * Findings about values that are used before COMMIT. `ask` asks the target; null without one. `saysDoubts`: also what may be a use.
	 */
	findings: (ask: ((asked: AskedTypes) => Promise<EnumTypes>) | null, how: { saysDoubts: boolean }) => Promise<Finding[]>;
};

/**
 * For one bundle: a value that ALTER TYPE adds may not be used before COMMIT (55P04), unless the type is new in the same transaction. What a
 * text becomes is known from the bundle's own tables and the target's catalog; where it is not, the finding says that it may be so.
 */
export function newEnumValues(): NewEnumValues {
	const created = new Set<string>();
	const added = new Map<string, string>();
	const kept: { makes: Statement[]; candidates: Candidate[] } = { makes: [], candidates: [] };
	return {
		read: ({ kind, node }, findingAt) => {
			if (!node) return;
			const statement = { kind, node };
			if (kind === 'CreateEnumStmt') created.add(lastName(node.typeName));
			if (kind === 'AlterEnumStmt' && node.newVal && !node.oldVal && !created.has(lastName(node.typeName)))
				added.set(String(node.newVal), lastName(node.typeName));
			if (MAKES.includes(kind) && kept.makes.length < MOST_KEPT) kept.makes.push(statement);
			if (added.size === 0 || NOT_RUN.includes(kind) || kept.candidates.length >= MOST_KEPT) return;
			const values = new Set(added.keys());
			if (literalsIn(node).some((text) => valueIn(text, values) !== null)) kept.candidates.push({ statement, findingAt });
		},
		findings: async (ask, { saysDoubts }) => {
			if (kept.candidates.length === 0) return [];
			const nodes = kept.candidates.map(({ statement }) => statement.node);
			const enums = [...new Set(added.values())];
			const target = ask && (await ask({ enums, relations: relationsIn(nodes), functions: functionsIn(nodes) }));
			const known = knownTypes(enums, target);
			for (const statement of kept.makes) noteTypes(known, statement);
			return kept.candidates.flatMap(({ statement, findingAt }) => {
				const verdict = judgeLiterals(statement, known, new Set(added.keys()));
				return verdict && (verdict.surely || saysDoubts) ? [findingAt(objectionTo(verdict, String(added.get(verdict.value))))] : [];
			});
		},
	};
}

function objectionTo({ value, surely }: { value: string; surely: boolean }, type: string): Objection {
	const may = surely ? '' : ', and this may use it';
	return {
		code: 'new_enum_value',
		severity: surely ? 'blocks' : 'accept',
		message: `'${value}' is added to the enum type ${type} by this change${may}: PostgreSQL refuses to use it before COMMIT (55P04, unsafe use of new value)`,
		instead: `File ALTER TYPE … ADD VALUE as a separate, earlier change. If this text is not a value of ${type}, write its type, such as '${value}'::text.`,
	};
}
