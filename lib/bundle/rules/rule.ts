import type { Severity } from '#lib/domain/bundle/finding.ts';
import type { ParsedStatement } from '#lib/sql/split-statements.ts';

/** What is wrong, and what to do instead. It blocks filing unless it says otherwise. `about`: the object, when the place does not say it. */
export type Objection = { code: string; message: string; instead: string; severity?: Severity; about?: string; bytes?: number };

/** Checks one statement's tree. `keyword`, in lower case: the word that the finding is about; without it, the whole statement. */
export type StatementRule = (statement: ParsedStatement) => (Objection & { keyword?: string }) | null;

/** Checks a file's bytes, before they are read as SQL. */
export type ByteRule = (bytes: Buffer) => (Objection & { offset: number }) | null;

/** An option in a statement's tree, as libpg-query writes it: fields that are false, zero or empty are left out. */
export type DefElem = {
	defname?: string;
	arg?: {
		String?: { sval?: string };
		Boolean?: { boolval?: boolean };
		Integer?: { ival?: number };
		/** The parser reads a bare word, such as `off`, as the name of a type. */
		TypeName?: { names?: { String?: { sval?: string } }[] };
	};
};

/** The options of a statement, WITH (…) or (…). */
export function optionsOf(list: unknown): DefElem[] {
	return ((list as { DefElem?: DefElem }[] | undefined) ?? []).flatMap((item) => item.DefElem ?? []);
}

/** Whether an option is `false`, `off` or 0. An option without a value is on. */
export function isOff(option: DefElem | undefined): boolean {
	const arg = option?.arg;
	if (!arg) return false;
	if (arg.Boolean) return !arg.Boolean.boolval;
	if (arg.Integer) return !arg.Integer.ival;
	return /^(false|off)$/i.test(arg.String?.sval ?? arg.TypeName?.names?.at(-1)?.String?.sval ?? '');
}
