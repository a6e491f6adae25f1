import type { CatalogFacts } from '#lib/domain/bundle/catalog-facts.ts';
import { type FallsAsk, keyOfAsk } from '#lib/domain/impact.ts';
import { countWords } from '#lib/domain/wording/count-words.ts';
import { isMade } from '#lib/sql/plan/made.ts';
import { list, nameOfNode, nounOf, relationName } from '#lib/sql/plan/parse-names.ts';
import type { ParsedStatement } from '#lib/sql/split-statements.ts';
import { type BundleActs, commandsOf, isSettled } from '../bundle-acts.ts';
import type { ReviewRule, Said } from '../rule.ts';

const RELATIONS = ['table', 'foreign table', 'view', 'materialized view', 'sequence'];
const ROUTINES = ['function', 'procedure', 'routine', 'aggregate'];
/** What something else can depend on, as far as the catalog is asked. */
const USED = [...RELATIONS, ...ROUTINES, 'column', 'constraint', 'schema', 'type', 'domain', 'extension'];
/** What the text of a function can say without PostgreSQL knowing. */
const MENTIONED = [...RELATIONS, ...ROUTINES];

type Dropped = { noun: string; name: string; column: string | null; cascades: boolean };

/** DROP of what something else still uses, and what CASCADE would take along. */
export const dropsUsed: ReviewRule = (statement, { made, acts }) =>
	droppedBy(statement)
		.filter(({ noun, name }) => USED.includes(noun) && !isMade(made, noun, name))
		.map((dropped) => {
			const mentions = MENTIONED.includes(dropped.noun) ? [dropped.name] : [];
			return {
				code: 'drops_used',
				about: shownName(dropped),
				asks: { falls: [askOf(dropped, 'drop'), askOf(dropped, 'drop_cascade')], mentions },
				judge: (facts) => said(dropped, facts, acts),
			};
		});

function droppedBy({ kind, node }: ParsedStatement): Dropped[] {
	if (node === null) return [];
	if (kind === 'DropStmt') {
		const cascades = node.behavior === 'DROP_CASCADE';
		return list(node.objects).map((object) => ({ noun: nounOf(node.removeType), name: nameOfNode(object), column: null, cascades }));
	}
	if (kind !== 'AlterTableStmt') return [];
	const name = relationName(node.relation);
	return commandsOf(node).flatMap(({ subtype, name: column, behavior }) => {
		const noun = subtype === 'AT_DropColumn' ? 'column' : subtype === 'AT_DropConstraint' ? 'constraint' : null;
		return noun === null ? [] : [{ noun, name, column, cascades: behavior === 'DROP_CASCADE' }];
	});
}

function said(dropped: Dropped, facts: CatalogFacts | null, acts: BundleActs): Said | null {
	const what = `${dropped.noun} ${shownName(dropped)}`;
	const { used, more } = usersOf(dropped, facts, acts);
	const mentioned = (facts?.mentions[dropped.name] ?? []).filter((name) => !isSettled(acts, `function ${name}`));
	const stops = mentioned.length > 0 ? `; the text of ${functions(mentioned)} says its name, and fails without it when it is called` : '';
	if (dropped.cascades) {
		if (facts === null)
			return {
				severity: 'accept',
				message: `CASCADE drops ${what} and what depends on it, which is not known: the target did not answer`,
				instead: NAME_THEM,
			};
		if (used.length > 0)
			return { severity: 'accept', message: `CASCADE drops ${what} and with it ${names(used, more)}${stops}`, instead: NAME_THEM };
	} else if (used.length > 0) {
		const message = `${what} is used by ${names(used, more)}: PostgreSQL refuses this DROP (2BP01)${stops}`;
		return {
			severity: 'accept',
			message,
			instead: 'Drop or alter first, in this change, what uses it. Do not add CASCADE to be rid of the error.',
		};
	}
	if (mentioned.length === 0) return null;
	const message = `the text of ${functions(mentioned)} says ${dropped.name}, and fails without it when it is called: PostgreSQL does not look there`;
	return {
		severity: 'accept',
		message,
		instead: 'Write the functions anew in this change, before this DROP. If they mean something else of this name, accept this.',
	};
}

const NAME_THEM = 'Leave CASCADE out, and drop by name, before this, each thing that shall go: the signers then read it.';

/** What depends on it without being a part of it, less what the bundle itself drops or writes anew. */
function usersOf(dropped: Dropped, facts: CatalogFacts | null, acts: BundleActs): { used: string[]; more: number } {
	const all = facts?.falls[keyOfAsk(askOf(dropped, 'drop_cascade'))];
	const own = facts?.falls[keyOfAsk(askOf(dropped, 'drop'))];
	if (!all || all.missing) return { used: [], more: 0 };
	const parts = own && !own.missing ? own.names : [];
	return { used: all.names.filter((name) => !parts.includes(name) && !isSettled(acts, name)), more: all.more };
}

function askOf({ noun, name, column }: Dropped, by: 'drop' | 'drop_cascade'): FallsAsk {
	return { by, noun, name, column };
}

function shownName({ noun, name, column }: Dropped): string {
	if (column === null) return name;
	return noun === 'constraint' ? `${column} on ${name}` : `${name}.${column}`;
}

function names(used: string[], more: number): string {
	return [...used, ...(more > 0 ? [`${more} more`] : [])].join(', ');
}

function functions(mentioned: string[]): string {
	return `${countWords(mentioned.length, 'function')} (${mentioned.join(', ')})`;
}
