import type { CatalogFacts, FactsAsk } from '#lib/domain/bundle/catalog-facts.ts';
import type { Severity } from '#lib/domain/bundle/finding.ts';
import type { Target } from '#lib/domain/target/target.ts';
import type { Made } from '#lib/sql/plan/made.ts';
import type { ParsedStatement } from '#lib/sql/split-statements.ts';
import type { BundleActs } from './bundle-acts.ts';

/** What is said in the end; the code and the place come from the concern. */
export type Said = { severity: Severity; message: string; instead: string; bytes?: number };

/** What a statement may do to its target, and what must be asked there to know. */
export type Concern = {
	code: string;
	/** The object, as SQL writes it; null when the place says it. */
	about: string | null;
	asks?: Partial<FactsAsk>;
	/** Called when the whole bundle was read. `facts` is null when the target did not answer: then it is said in doubt. Null: there is nothing to say. */
	judge: (facts: CatalogFacts | null) => Said | null;
};

export type ReviewContext = {
	target: Target;
	/** What one GB takes on this target when a table is written anew; null while nobody has measured it. */
	secondsPerGb: number | null;
	/** What the bundle has made before this statement. */
	made: Made;
	/** What the whole bundle does; complete when concerns are judged. */
	acts: BundleActs;
};

/** One kind of danger that only the target's catalog can tell. */
export type ReviewRule = (statement: ParsedStatement, context: ReviewContext) => Concern[];
