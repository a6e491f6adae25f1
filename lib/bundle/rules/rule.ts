import type { ParsedStatement } from '#lib/postgres/split-statements.ts';

/** What is wrong, and what to do instead. */
export type Objection = { code: string; message: string; instead: string };

/** Looks at one statement's tree. */
export type StatementRule = (statement: ParsedStatement) => Objection | null;

/** Looks at a file's bytes, before they are read as SQL. */
export type ByteRule = (bytes: Buffer) => (Objection & { offset: number }) | null;

/** The trees' constructs that rules read, as libpg-query writes them: fields that are false or empty are left out. */
export type DefElem = { defname?: string; arg?: Record<string, { sval?: string; ival?: number; boolval?: boolean }> };

/** The options of a statement, WITH (…) or (…). */
export function optionsOf(list: unknown): DefElem[] {
	return ((list as { DefElem?: DefElem }[] | undefined) ?? []).flatMap((item) => item.DefElem ?? []);
}

/** Whether an option that may be written `false`, `off` or 0 was. */
export function isOff(option: DefElem | undefined): boolean {
	const arg = Object.values(option?.arg ?? {})[0];
	if (!option || !arg) return false;
	if ('Integer' in (option.arg ?? {})) return !arg.ival;
	return arg.boolval === false || /^(false|off|no|0)$/i.test(arg.sval ?? '') || ('Boolean' in (option.arg ?? {}) && !arg.boolval);
}
