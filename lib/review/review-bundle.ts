import type { OnParsed } from '#lib/bundle/check-file.ts';
import { findingAbout } from '#lib/bundle/finding-at.ts';
import type { FactsAsk } from '#lib/domain/bundle/catalog-facts.ts';
import type { Finding } from '#lib/domain/bundle/finding.ts';
import type { Target } from '#lib/domain/target/target.ts';
import { askFacts, type FactsAnswer } from './ask-facts.ts';
import { askSquawk } from './ask-squawk.ts';
import { asksNothing, beginConcerns, inOrder, judged, NOTHING_ASKED, type ReviewedFile } from './concerns.ts';

type Reviewed = {
	target: Target;
	/** What one GB takes on this target when a table is written anew; null while nobody has measured it. */
	secondsPerGb: number | null;
};

/** Filing waits for the target's answers at most this long, once. */
const ANSWER_MS = 5_000;
export type BundleReview = {
	/** Takes each statement of the bundle, in order, while it is checked. */
	read: OnParsed;
	/** What was found, once all are read. Never throws on what the target says. */
	findings: (files: readonly ReviewedFile[]) => Promise<Finding[]>;
};

/**
 * What a bundle that may be filed does to its target, beside each line: what only the target's catalog tells, and squawk's rules. Asks the
 * target once, in a session that only reads; when it does not answer in time that is a finding too, and what the text alone tells is said
 * in doubt.
 */
export function beginReview({ target, secondsPerGb }: Reviewed): BundleReview {
	const { read, concerns } = beginConcerns({ target, secondsPerGb });
	return {
		read,
		findings: async (files) => {
			const raised = concerns();
			const [asked, squawks] = await Promise.all([askCatalog(target, raised.asks), askSquawk(files)]);
			const doubt = asked.whyNot === null ? [] : [notAnswered(target, asked.whyNot)];
			return inOrder([...doubt, ...judged(raised, asked.facts), ...squawks], files);
		},
	};
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
