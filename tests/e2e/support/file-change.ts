import { expect, type Locator, type Page } from '@playwright/test';
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
	else await writeSql(page, 'change.sql', bundle.sql);
	await page.getByRole('button', { name: 'File the change' }).click();
}

/** Files a change and returns its number. */
export async function fileChange(page: Page, filing: Filing): Promise<number> {
	await submitChange(page, filing);
	await acceptFindings(page);
	await expect(page).toHaveURL(/\/changes\/\d+$/);
	await expect(page.getByRole('heading', { level: 1, name: filing.title })).toBeVisible();
	return Number(/\d+$/.exec(page.url())?.[0]);
}

/** Where findings must be accepted by name, ticks each and files again. */
export async function acceptFindings(page: Page): Promise<void> {
	const boxes = page.getByRole('checkbox', { name: /^I accept / });
	await expect(boxes.first().or(page.getByRole('navigation', { name: 'Parts of the change' }))).toBeVisible();
	if ((await boxes.count()) === 0) return;
	for (const box of await boxes.all()) await box.check();
	await page.getByRole('button', { name: /^File (the change|revision)/ }).click();
}
/** Writes a file of the bundle in the editor, in the place of what it holds. */
export async function writeSql(page: Page, path: string, sql: string): Promise<void> {
	await page.getByRole('button', { name: 'Write or paste SQL' }).click();
	await page.getByLabel('File name').fill(path);
	await page.getByLabel('File name').press('Enter');
	await fillEditor(page.getByRole('textbox', { name: path, exact: true }), sql);
}

/** Writes a text in the place of what an editor holds, by its own keys: it must know what is selected. */
export async function fillEditor(editor: Locator, text: string): Promise<void> {
	await editor.press('ControlOrMeta+a');
	await editor.page().keyboard.insertText(text);
}

/** The text in an editor, line for line. A long one is only drawn as far as it is seen. */
export async function textIn(editor: Locator): Promise<string> {
	return (await editor.locator('.cm-line').allInnerTexts()).map((line) => line.replace(/\n$/, '')).join('\n');
}
