import type { CatalogFacts, RelationFacts } from '#lib/domain/bundle/catalog-facts.ts';
import { countWords } from '#lib/domain/wording/count-words.ts';
import { isMade } from '#lib/sql/plan/made.ts';
import { list, nameOf, relationName, text } from '#lib/sql/plan/parse-names.ts';
import { type AlterCommand, commandsOf } from '../bundle-acts.ts';
import type { Concern, ReviewContext, ReviewRule } from '../rule.ts';
import { severityBySize, sizeOf, withSize } from '../size.ts';
import { isSerial, keepsRows } from '../type-change.ts';

type Tree = Record<string, unknown>;
/** `about`: the column, where it is one. `unless`: what the catalog says may show that it does not rewrite. */
type Rewrite = { what: string; instead: string; about?: string; unless?: (facts: CatalogFacts) => boolean; functions?: string[] };

const FILL_LATER =
	'Add the column without it, then SET DEFAULT in a second statement, which only new rows get, and fill the old rows in batches in later changes.';

/** Statements that write a whole table anew, in a lock that keeps everybody out. */
export const rewritesTable: ReviewRule = ({ kind, node }, context) => {
	if (node === null) return [];
	const relation = relationName(node.relation);
	if (isMade(context.made, 'table', relation)) return [];
	if (kind === 'AlterTableStmt') return commandsOf(node).flatMap((command) => concernsOf(rewriteOf(command, relation), relation, context));
	if (kind === 'ClusterStmt' && node.relation)
		return concernsOf({ what: 'sorts its rows by an index', instead: BY_HAND }, relation, context);
	if (kind === 'RefreshMatViewStmt') return concernsOf({ what: 'runs its query again', instead: REFRESH }, relation, context);
	return [];
};

const BY_HAND = 'Leave it out: what it gains does not last, and a window is better spent on the change.';
const REFRESH = 'Let the application refresh it CONCURRENTLY after the run, outside a change: inside one it blocks readers until COMMIT.';

function concernsOf(rewrite: Rewrite | null, relation: string, { target, secondsPerGb }: ReviewContext): Concern[] {
	if (rewrite === null) return [];
	const { what, instead, about = relation, unless, functions = [] } = rewrite;
	return [
		{
			code: 'rewrites_table',
			about,
			asks: { relations: [relation], functions },
			judge: (facts) => {
				const size = sizeOf(facts, relation);
				if (size === null || (facts && unless?.(facts))) return null;
				const message = `this ${what}: PostgreSQL writes all of ${withSize(relation, size)} anew and blocks its readers and writers until COMMIT. ${timeWords(target.name, size, secondsPerGb)}`;
				return { severity: severityBySize(size), message, instead, ...(size === 'unknown' ? {} : { bytes: size.bytes }) };
			},
		},
	];
}

function timeWords(target: string, size: RelationFacts | 'unknown', secondsPerGb: number | null): string {
	if (secondsPerGb === null) return `How many seconds that takes for each GB on ${target} was not measured yet`;
	const whole = size === 'unknown' ? '' : `, so ${secondsWords((size.bytes / 1e9) * secondsPerGb)} here`;
	return `On ${target} it was measured to take ${secondsWords(secondsPerGb)} for each GB${whole}`;
}

function secondsWords(seconds: number): string {
	if (seconds < 0.1) return 'less than 0.1 s';
	return seconds >= 120 ? `about ${countWords(Math.round(seconds / 60), 'minute')}` : `about ${seconds.toFixed(seconds < 10 ? 1 : 0)} s`;
}

function rewriteOf({ subtype, name, def }: AlterCommand, relation: string): Rewrite | null {
	switch (subtype) {
		case 'AT_AlterColumnType':
			return {
				what: `changes the type of column ${name}`,
				about: `${relation}.${name}`,
				instead: 'Add a column of the new type, fill it in batches in later changes, and let a last one take the old one’s place.',
				unless: ({ relations }) => keepsRows(relations[relation]?.columns[name]?.type ?? '', def.ColumnDef),
			};
		case 'AT_AddColumn':
			return addedColumn(def.ColumnDef, relation);
		case 'AT_SetLogged':
		case 'AT_SetUnLogged':
			return {
				what: 'changes whether the table is logged',
				instead: 'Keep it logged: an unlogged table is emptied by a crash of the server.',
			};
		case 'AT_SetTableSpace':
		case 'AT_SetAccessMethod':
			return {
				what: 'moves the table to another storage',
				instead: 'Move it in a change of its own, in a window long enough for its size.',
			};
		default:
			return null;
	}
}

/** A value that every row gets of its own has to be written into every row. */
function addedColumn(column: Tree | undefined, relation: string): Rewrite | null {
	if (!column) return null;
	const name = text(column.colname);
	const what = (value: string) => `adds column ${name} with ${value}`;
	const about = `${relation}.${name}`;
	const constraints = list(column.constraints).map((item) => (item as { Constraint: Tree }).Constraint);
	if (isSerial(column) || constraints.some(({ contype }) => contype === 'CONSTR_IDENTITY'))
		return { what: what('a number for each row'), about, instead: FILL_LATER };
	if (constraints.some(({ contype, generated_kind: kind }) => contype === 'CONSTR_GENERATED' && kind === 's'))
		return {
			what: what('a stored value computed for each row'),
			about,
			instead: 'Compute it in a view, or fill a plain column in batches.',
		};
	const functions = constraints.filter(({ contype }) => contype === 'CONSTR_DEFAULT').flatMap(({ raw_expr: value }) => functionsIn(value));
	if (functions.length === 0) return null;
	return {
		what: what('a default that is computed for each row'),
		about,
		instead: FILL_LATER,
		functions,
		unless: ({ volatileFunctions }) => !functions.some((one) => volatileFunctions.includes(one)),
	};
}

/** Without their schemas. */
function functionsIn(tree: unknown): string[] {
	if (typeof tree !== 'object' || tree === null) return [];
	return Object.entries(tree).flatMap(([key, value]) => {
		const own =
			key === 'FuncCall'
				? [
						nameOf((value as Tree).funcname)
							.split('.')
							.at(-1) as string,
					]
				: [];
		return [...own, ...functionsIn(value)];
	});
}
