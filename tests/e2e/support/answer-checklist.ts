import { expect, type Page } from '@playwright/test';
import { type ClosableOutcome, checklistOf } from '#lib/domain/checklist.ts';

/**
 * Answers by hand what no measurement has answered, each with a note: passed, or, where a measurement failed, that it does not apply here.
 * Returns how many answers that took; the last one closes the change.
 */
export async function answerChecklist(page: Page, outcome: ClosableOutcome, note: string): Promise<number> {
	const checklist = page.getByRole('region', { name: 'Post-execution checklist' });
	let byHand = 0;
	for (const { title } of checklistOf(outcome)) {
		const row = checklist.getByRole('listitem').filter({ hasText: title });
		const hasFailed = (await row.getByText('Measured, and it failed').count()) > 0;
		const answer = row.getByRole('button', { name: `${hasFailed ? 'Not applicable' : 'Passed'}: ${title}` });
		if ((await answer.count()) === 0) continue;
		byHand += 1;
		await row.getByLabel(`Note on: ${title}`).fill(note);
		await answer.click();
		await expect(answer).toHaveCount(0);
	}
	return byHand;
}
