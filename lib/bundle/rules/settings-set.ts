import type { ParsedStatement } from '#lib/sql/split-statements.ts';

/** Names in lower case, as PostgreSQL compares them; the value if it is a literal. */
export type SettingSet = { name: string; value: string | null };

type Constant = { A_Const?: { sval?: { sval?: string }; ival?: { ival?: number } } };
type Call = { funcname?: { String?: { sval?: string } }[]; args?: unknown[] };

/**
 * The settings that a statement sets or resets: by SET and RESET, by a literal `set_config('name', …)` anywhere in it, or by an UPDATE of
 * pg_settings. The run itself notices names that are computed at run time.
 */
export function settingsSet({ kind, node, sql }: ParsedStatement): SettingSet[] {
	if (kind === 'VariableSetStmt' && node)
		return [{ name: String(node.name ?? '').toLowerCase(), value: literal((node.args as unknown[] | undefined)?.[0]) }];
	if (!node) return [];
	const found: SettingSet[] = [];
	if (/set_config/i.test(sql)) collectCalls(node, found);
	if (/pg_settings/i.test(sql)) collectUpdates({ [kind]: node }, found);
	return found;
}

/** Updating a row of pg_settings sets it, by a rule. The text does not show which rows, so every string in it counts as a name. */
function collectUpdates(value: unknown, found: SettingSet[]): void {
	if (typeof value !== 'object' || value === null) return;
	const update = (value as { UpdateStmt?: { relation?: { relname?: string } } }).UpdateStmt;
	if (update?.relation?.relname === 'pg_settings') {
		for (const name of literalsIn(update)) found.push({ name: name.toLowerCase(), value: null });
	}
	for (const child of Object.values(value)) collectUpdates(child, found);
}

function literalsIn(value: unknown): string[] {
	if (typeof value !== 'object' || value === null) return [];
	const constant = (value as Constant).A_Const?.sval?.sval;
	return [...(constant ? [constant] : []), ...Object.values(value).flatMap(literalsIn)];
}

function collectCalls(value: unknown, found: SettingSet[]): void {
	if (typeof value !== 'object' || value === null) return;
	const call = (value as { FuncCall?: Call }).FuncCall;
	if (call?.funcname?.at(-1)?.String?.sval === 'set_config') {
		const name = literal(call.args?.[0]);
		if (name !== null) found.push({ name: name.toLowerCase(), value: literal(call.args?.[1]) });
	}
	for (const child of Object.values(value)) collectCalls(child, found);
}

function literal(argument: unknown): string | null {
	const cast = (argument as { TypeCast?: { arg?: unknown } } | undefined)?.TypeCast;
	if (cast) return literal(cast.arg);
	const constant = (argument as Constant | undefined)?.A_Const;
	if (constant?.sval) return constant.sval.sval ?? '';
	return constant?.ival ? String(constant.ival.ival ?? 0) : null;
}
