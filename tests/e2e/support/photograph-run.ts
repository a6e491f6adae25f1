import { expect, type Page } from '@playwright/test';
import { pauseBeforeStatements } from '#tests/support/pause.ts';
import { openSession } from '#tests/support/sql.ts';
import { stage, type TargetName } from '../stage/stage.ts';
import { photograph } from './look.ts';

/** Two samples more, so that the charts show the wait. */
const WATCHED_MS = 2_500;

/**
 * With SCREENSHOTS=1, the README's picture of a run: in the middle of its transaction, while a statement waits for a lock that somebody
 * else holds. The run has not begun its transaction when this is called, and goes on afterwards. Else nothing.
 */
export async function photographRun(page: Page, target: TargetName): Promise<void> {
	if (process.env.SCREENSHOTS !== '1') return;
	const pause = await pauseBeforeStatements({ superuserUrl: stage().consoleDatabase });
	await pause.reached();
	const somebody = await openSession(stage().targets[target].database);
	// Before this statement the run has locked nothing that the application's health endpoint reads.
	await somebody.query('begin; lock table eng.decision_log in access exclusive mode');
	await pause.release();
	await expect(page.getByText('INSERT INTO eng.directive_reviews').first()).toBeVisible();
	await page.waitForTimeout(WATCHED_MS);
	await photograph(page, 'docs/images/run.png', { colorScheme: 'light' });
	await somebody.end();
}
