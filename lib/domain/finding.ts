/** Something wrong with a bundle as filed: where it is, what it is, and what to do instead. */
export type Finding = {
	/** Stable word for the rule, such as `transaction_control`. */
	code: string;
	/** Path inside the bundle; `manifest.yaml` for the manifest; null when it is about the bundle as a whole. */
	file: string | null;
	/** 1-based; null when there is no one place. */
	line: number | null;
	/** 1-based, in characters (code points). */
	column: number | null;
	message: string;
	/** What to do instead, as an instruction. */
	instead: string;
	/** The line of the file, for showing with a caret under `column`; cut to 200 characters around it. */
	excerpt: string | null;
};
