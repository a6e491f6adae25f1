/** How much a finding asks of people, the most first. */
export const SEVERITIES = ['blocks', 'accept', 'note'] as const;
/**
 * - blocks: the bundle cannot be filed with it
 * - accept: the requester accepts it by its name when filing, and each signer's statement names it
 * - note: said, and nothing is asked
 */
export type Severity = (typeof SEVERITIES)[number];

/** What may be found of a bundle that can be filed, besides squawk's rules, whose codes begin with `squawk_`. */
export const REVIEW_CODES = [
	'updates_every_row',
	'deletes_every_row',
	'empties_table',
	'drops_rows',
	'drops_used',
	'beyond_restore',
	'alters_extension',
	'alters_login',
	'rows_not_dumped',
	'login_trigger',
	'crosses_boundary',
	'grants_to_public',
	'row_security_off',
	'no_row_security',
	'definer_search_path',
	'required_column',
	'rewrites_table',
	'scans_table',
	'builds_index',
	'locks_backwards',
	'locks_out',
	'new_enum_value',
	'not_reviewed',
	'review_cut',
] as const;

/** What is to be said about a filed bundle: where it is, what it is, and what to do instead. */
export type Finding = {
	/** Stable word for the rule, such as `transaction_control`. */
	code: string;
	severity: Severity;
	/** What it is about, as SQL writes it, such as `eng.orders`; null when the place says it. */
	about: string | null;
	/** Path inside the bundle; `manifest.yaml` for the manifest; null when it is about the bundle as a whole. */
	file: string | null;
	/** 1-based; null when there is no single place. */
	line: number | null;
	/** 1-based, in characters (code points). */
	column: number | null;
	message: string;
	/** What to do instead, as an instruction. */
	instead: string;
	/** The line of the file, to show with a caret under `column`; cut to 200 characters around it. */
	excerpt: string | null;
	/** How large the table is that would be written anew, where that was measured. */
	bytes?: number;
};

/** The name that a finding is accepted by: the same for the same bundle, whatever the target says of sizes. */
export function findingName({ code, about, file, line, column }: Pick<Finding, 'code' | 'about' | 'file' | 'line' | 'column'>): string {
	const place = [file ?? 'the bundle', line, column].filter((part) => part !== null).join(':');
	return [code, ...(about === null ? [] : [about]), 'at', place].join(' ');
}
