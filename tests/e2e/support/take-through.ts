import { expect, type Locator, type Page } from '@playwright/test';
import { ROLE_TITLE, type Seat } from '#lib/domain/roles.ts';
import { stage } from '../stage/stage.ts';
import type { CastName } from './people.ts';

export const SIGNERS = { dba: 'dana', security_officer: 'samir', chairman: 'charles' } as const satisfies Record<Seat, CastName>;

/** From the page of a change to the page of the statement that this seat signs. */
export async function openStatement(page: Page, number: number, seat: Seat): Promise<void> {
	await page.goto(`/changes/${number}`);
	await page.getByRole('link', { name: `Sign as ${ROLE_TITLE[seat]}` }).click();
	await expect(page.getByRole('button', { name: `Sign as ${ROLE_TITLE[seat]}` })).toBeVisible();
}

/** Signs the statement that the page shows; the change's page says so. */
export async function signStatement(page: Page, seat: Seat): Promise<void> {
	await page.getByLabel(/password/i).fill(stage().password);
	await page.getByRole('button', { name: `Sign as ${ROLE_TITLE[seat]}` }).click();
	await expect(page.getByText(/^Signed\./).last()).toBeVisible();
}

/** The responder says that they stand by. */
export async function checkIn(page: Page, number: number): Promise<void> {
	await page.goto(`/changes/${number}`);
	await page.getByRole('button', { name: 'I am standing by' }).click();
	await expect(page.getByText('You are standing by', { exact: false }).last()).toBeVisible();
}

/** The operator's first press; the dialog says what will happen. */
export async function pressExecute(page: Page, number: number): Promise<void> {
	await page.goto(`/changes/${number}`);
	await page.getByRole('button', { name: /^Execute/ }).click();
	await expect(page.getByRole('dialog')).toBeVisible();
}

/** The operator's second press; the run's page opens. */
export async function confirmExecute(page: Page): Promise<void> {
	await page
		.getByRole('dialog')
		.getByRole('button', { name: /^Execute on / })
		.click();
	await expect(page).toHaveURL(/\/runs\/[0-9a-f-]{36}$/);
}

/** The line of a run's page that is never wrong; beside it, screen readers are told of its changes in an element of their own. */
export function truthLine(page: Page): Locator {
	return page
		.locator('main span')
		.filter({ hasText: /^(Nothing committed|Committed at|Restored at|Unknown)/ })
		.first();
}
