import { countWords } from './wording/count-words.ts';

/** What people accept when they keep a committed change: the checks after COMMIT that failed, and those that nobody got an answer from. */
export type KeepPrice = {
	/** Smoke tests that the plan names. */
	total: number;
	failed: string[];
	/** Not asked, or without a usable answer. */
	unanswered: string[];
	/** The application's own health check; it is asked only when the smoke tests have passed. */
	health: 'passed' | 'failed' | 'not_asked';
	/** Why the run waits, in a sentence. */
	why: string;
	/** Of all of it: people confirm this. */
	digest: string;
};

/** What two people decided. */
export type Kept = { price: KeepPrice; maintenanceOff: boolean; by: { operator: string; dba: string } };

/** "3 of 6 smoke tests fail: a, b, c." and the like, as sentences. */
export function keepPriceWords({ total, failed, unanswered, health }: KeepPrice): string {
	const sentences = [
		total === 0
			? 'No smoke test is named'
			: failed.length > 0
				? `${failed.length} of ${countWords(total, 'smoke test')} fail: ${failed.join(', ')}`
				: '',
		unanswered.length > 0 ? `${unanswered.length} of ${countWords(total, 'smoke test')} gave no answer: ${unanswered.join(', ')}` : '',
		total > 0 && failed.length + unanswered.length === 0 ? `Every smoke test passed (${total})` : '',
		health === 'failed' ? 'The application’s health check fails' : '',
		health === 'not_asked' && failed.length + unanswered.length === 0 ? 'The application’s health check gave no answer' : '',
	];
	return sentences
		.filter(Boolean)
		.map((words) => `${words}.`)
		.join(' ');
}
