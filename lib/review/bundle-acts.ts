import { isOff, optionsOf } from '#lib/bundle/rules/rule.ts';
import { isMade, type Made } from '#lib/sql/plan/made.ts';
import { list, nameOf, nameOfNode, nounOf, relationName, text } from '#lib/sql/plan/parse-names.ts';
import { actsOf } from '#lib/sql/plan/statement-acts.ts';
import type { ParsedStatement } from '#lib/sql/split-statements.ts';

type Tree = Record<string, unknown>;

/** What a whole bundle does, as far as it takes back or settles what one of its statements does. */
export type BundleActs = {
	/** What it drops or writes anew, such as "view eng.report" or "function eng.total": nothing old depends on anything there. */
	settled: Set<string>;
	/** Tables that it switches row-level security on for. */
	secured: Set<string>;
	/** Constraints that it adds NOT VALID, such as "amount_positive on eng.orders". */
	notValid: Set<string>;
	/** Functions that it gives a search_path of their own after they were made. */
	withSearchPath: Set<string>;
	/** What it has locked so that nobody reads it, and was there before: in which order, from 0. */
	lockedOut: Map<string, number>;
};

export function noActs(): BundleActs {
	return { settled: new Set(), secured: new Set(), notValid: new Set(), withSearchPath: new Set(), lockedOut: new Map() };
}

/** Takes note of one statement, which is judged already; `made`: what the bundle had made before it. */
export function noteAct(acts: BundleActs, statement: ParsedStatement, made: Made): void {
	const { kind, node } = statement;
	if (node === null) return;
	NOTES[kind]?.(acts, node);
	for (const { relation, level } of actsOf(statement, null).flatMap(({ locks = [] }) => locks))
		if (level === 'exclusive' && !isMade(made, 'table', relation) && !acts.lockedOut.has(relation))
			acts.lockedOut.set(relation, acts.lockedOut.size);
}

const NOTES: Record<string, (acts: BundleActs, node: Tree) => void> = {
	DropStmt: (acts, n) => {
		const noun = nounOf(n.removeType);
		for (const object of list(n.objects)) acts.settled.add(`${noun} ${inTheCatalogsWords(noun, nameOfNode(object))}`);
	},
	ViewStmt: (acts, n) => n.replace && acts.settled.add(`view ${relationName(n.view)}`),
	CreateFunctionStmt: (acts, n) => {
		if (n.replace) acts.settled.add(`${n.is_procedure ? 'procedure' : 'function'} ${nameOf(n.funcname)}`);
	},
	AlterPolicyStmt: (acts, n) => acts.settled.add(`policy ${text(n.policy_name)} on ${relationName(n.table)}`),
	AlterFunctionStmt: (acts, n) => {
		if (setsSearchPath(n.actions)) acts.withSearchPath.add(nameOfNode({ ObjectWithArgs: n.func }));
	},
	AlterTableStmt: (acts, n) => {
		const relation = relationName(n.relation);
		for (const { subtype, name, def } of commandsOf(n)) {
			if (subtype === 'AT_AddConstraint' && def.Constraint?.skip_validation)
				acts.notValid.add(`${text(def.Constraint.conname)} on ${relation}`);
			if (subtype === 'AT_EnableRowSecurity') acts.secured.add(relation);
			if (subtype === 'AT_DropConstraint') acts.settled.add(`constraint ${text(name)} on ${relation}`);
			if (subtype === 'AT_DropColumn') acts.settled.add(`table column ${relation}.${text(name)}`);
		}
	},
};

export type AlterCommand = { subtype: string; name: string; behavior: string; def: Record<string, Tree> };

/** The parts of ALTER TABLE and its relatives. */
export function commandsOf(node: Tree): AlterCommand[] {
	return list(node.cmds).map((item) => {
		const { subtype, name, behavior, def } = (item as { AlterTableCmd: Tree }).AlterTableCmd;
		return { subtype: text(subtype), name: text(name), behavior: text(behavior), def: (def ?? {}) as Record<string, Tree> };
	});
}

/** Whether the options of a function set its search_path. */
export function setsSearchPath(options: unknown): boolean {
	return optionsOf(options).some((option) => {
		const { VariableSetStmt: set } = (option.arg ?? {}) as { VariableSetStmt?: Tree };
		return option.defname === 'set' && set?.name === 'search_path';
	});
}

/** Whether the options of a function make it SECURITY DEFINER. */
export function isDefiner(options: unknown): boolean {
	return optionsOf(options).some((option) => option.defname === 'security' && !isOff(option));
}

/** Whether the bundle drops or writes anew what the target names so, such as "function eng.total(integer)". */
export function isSettled({ settled }: BundleActs, named: string): boolean {
	return settled.has(named) || settled.has(named.replace(/\(.*\)$/, ''));
}

/** `eng.orders.keep` is "keep on eng.orders" for what belongs to a table. */
function inTheCatalogsWords(noun: string, name: string): string {
	if (!['policy', 'trigger', 'rule'].includes(noun)) return name;
	const [, relation = '', own = name] = /^(.*)\.([^.]+)$/.exec(name) ?? [];
	return `${own} on ${relation}`;
}
