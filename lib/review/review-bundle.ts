import { findingAbout } from '#lib/bundle/finding-at.ts';
import type { FactsAsk } from '#lib/domain/bundle/catalog-facts.ts';
import type { Finding } from '#lib/domain/bundle/finding.ts';
import type { Target } from '#lib/domain/target/target.ts';
import { askFacts, type FactsAnswer } from './ask-facts.ts';
import { askSquawk } from './ask-squawk.ts';
import { asksNothing, inOrder, judged, NOTHING_ASKED, type ReviewedFile, readConcerns } from './concerns.ts';

type Reviewed = {
	target: Target;
	files: readonly ReviewedFile[];
	/** What one GB takes on this target when a table is written anew; null while nobody has measured it. */
	secondsPerGb: number | null;
};

/** Filing waits for the target's answers at most this long, once. */
const ANSWER_MS = 5_000;
/**
 * What a bundle that may be filed does to its target, beside each line: what only the target's catalog tells, and squawk's rules. Asks the
 * target once, in a session that only reads; when it does not answer in time that is a finding too, and what the text alone tells is said
 * in doubt. Never throws on what the target says.
 */
export async function reviewBundle({ target, files, secondsPerGb }: Reviewed): Promise<Finding[]> {
	const concerns = await readConcerns({ target, secondsPerGb }, files);
	const asked = await askCatalog(target, concerns.asks);
	const findings = [
		...(asked.whyNot === null ? [] : [notAnswered(target, asked.whyNot)]),
		...judged(concerns, asked.facts),
		...(await askSquawk(files)),
	];
	return inOrder(findings, files);
}

async function askCatalog(target: Target, asks: FactsAsk): Promise<FactsAnswer> {
	return asksNothing(asks) ? { facts: NOTHING_ASKED, whyNot: null } : askFacts(target, asks, { timeoutMs: ANSWER_MS });
}

function notAnswered({ name }: Target, why: string): Finding {
	return findingAbout(null, {
		code: 'not_reviewed',
		severity: 'accept',
		message: `${name} did not say in time what its catalog holds (${why}): sizes and what depends on what are not known, and what only the catalog tells is missing here`,
		instead: 'File it again when the target answers.',
	});
}
