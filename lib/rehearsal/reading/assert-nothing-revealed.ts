import type { BundleStatement } from '#lib/bundle/split-bundle.ts';
import { reveals, type Visible } from '#lib/domain/rehearsed/visible.ts';
import { countWords } from '#lib/domain/wording/count-words.ts';
import { StepFailed } from '#lib/gates/gate.ts';

const MOST_NAMED = 5;
const MAX_LINE_CHARACTERS = 1_000;
/** What decides who sees which rows. */
const DECIDES = new Set([
	'CreatePolicyStmt',
	'AlterPolicyStmt',
	'AlterTableStmt',
	'DropStmt',
	'GrantStmt',
	'ViewStmt',
	'CreateFunctionStmt',
	'AlterOwnerStmt',
]);

/**
 * Nobody whom the target names sees rows that were there and were not for them, unless the manifest says so (`reveals`). Throws a StepFailed
 * that names reader, relation and number, at the last statement that says who may see it.
 */
export function assertNothingRevealed(visible: readonly Visible[], statements: readonly BundleStatement[]): void {
	const revealed = visible.filter((one) => reveals(one) && !one.isMeant);
	const [first] = revealed;
	if (!first) return;
	const more = revealed.length - MOST_NAMED;
	throw new StepFailed({
		code: 'rows_revealed',
		message: `${revealed.slice(0, MOST_NAMED).map(words).join('; ')}${more > 0 ? `; and ${more} more` : ''}.`,
		instead:
			'Correct the policy, the grant or the view in a new revision. If it is meant, say so in the manifest: reveals, with reader and relation.',
		...placeOf(first.relation, statements),
	});
}

function words({ reader, relation, gained, revealed }: Visible): string {
	if (revealed !== null) return `${reader} now sees ${countWords(revealed, 'row')} of ${relation} that it did not see before`;
	return `${reader} now sees ${countWords(gained ?? 0, 'row')} more of ${relation}, and whether they were there before cannot be told`;
}

/** The last statement that decides about the relation, by its name in the text; none where nothing names it. */
function placeOf(relation: string, statements: readonly BundleStatement[]): Partial<StepFailed['failure']> {
	const name = relation.slice(relation.indexOf('.') + 1).replaceAll('"', '');
	const found = statements.findLast(({ statement }) => DECIDES.has(statement.kind) && positionOf(name, statement.sql) >= 0);
	if (!found) return {};
	const { file, statement } = found;
	const before = statement.sql.slice(0, positionOf(name, statement.sql)).split('\n');
	const inLine = [...(before.at(-1) ?? '')].length;
	const text = statement.sql.split('\n')[before.length - 1] ?? '';
	return {
		file,
		line: statement.line + before.length - 1,
		column: before.length === 1 ? statement.column + inLine : inLine + 1,
		...(text.length <= MAX_LINE_CHARACTERS ? { caret: `${text}\n${' '.repeat(inLine)}^` } : {}),
	};
}

function positionOf(name: string, sql: string): number {
	return sql.search(new RegExp(`(?<![\\w$])${name.replaceAll(/[^\w]/g, '\\$&')}(?![\\w$])`, 'i'));
}
