import { expect, type Page } from '@playwright/test';
import type { TargetName } from '../stage/stage.ts';
import { CAST, type CastName } from './people.ts';

export type Filing = { target: TargetName; title: string; responders?: CastName[]; bundle: { folder: string } | { sql: string } };

/** Fills in the form for a new change and presses the button. The page shows the change or what is wrong with it. */
export async function submitChange(page: Page, { target, title, responders = ['ines'], bundle }: Filing): Promise<void> {
	await page.goto('/changes/new');
	await page.getByLabel('Target').selectOption(target);
	await page.getByLabel('Title').fill(title);
	await page.getByLabel('Reason').fill('The quarterly close needs the second edition of the directives.');
	await page.getByLabel('Why not staging').fill('Staging has no measurements of this quarter.');
	await page.getByLabel('Risk').selectOption('medium');
	for (const name of responders) await page.getByLabel(CAST[name]).check();
	if ('folder' in bundle) await page.getByTestId('folder').setInputFiles(bundle.folder);
	else await pasteSql(page, bundle.sql);
	await page.getByRole('button', { name: 'File the change' }).click();
}

/** Files a change and returns its number. */
export async function fileChange(page: Page, filing: Filing): Promise<number> {
	await submitChange(page, filing);
	await expect(page).toHaveURL(/\/changes\/\d+$/);
	await expect(page.getByRole('heading', { level: 1, name: filing.title })).toBeVisible();
	return Number(/\d+$/.exec(page.url())?.[0]);
}

async function pasteSql(page: Page, sql: string): Promise<void> {
	await page.getByText('Paste SQL instead').click();
	await page.getByLabel('SQL', { exact: true }).fill(sql);
}
