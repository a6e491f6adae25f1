import { stage } from './stage/stage.ts';
import { look } from './support/look.ts';
import { emailOf } from './support/people.ts';
import { expect, signIn, test } from './support/test.ts';

test('somebody signed out is sent to sign-in and comes back to the page they wanted', async ({ arrive }) => {
	const page = await arrive();
	await page.goto('/changes?status=open');
	await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
	await look(page, 'sign-in');
	await signIn(page, 'rui');
	await expect(page).toHaveURL(/\/changes\?status=open$/);
	await expect(page.getByRole('heading', { name: 'Changes', level: 1 })).toBeVisible();
});

test('a wrong password is told in the form, and the email stays', async ({ arrive, expectComplaint }) => {
	expectComplaint(/status of 401/);
	const page = await arrive();
	await page.goto('/sign-in');
	await signIn(page, 'mei', 'wrong horse');
	await expect(page.getByText('Wrong email or password')).toBeVisible();
	await expect(page.getByLabel('Email')).toHaveValue(/mei\.tanaka/);
	await expect(page.getByLabel('Password')).toHaveValue('');
	await look(page, 'sign-in-refused');
});

test('the sign-in page sends nobody to another site', async ({ arrive }) => {
	const page = await arrive();
	await page.goto('/sign-in?callbackUrl=https%3A%2F%2Felsewhere.example%2F');
	await signIn(page, 'mei');
	await expect(page.getByRole('heading', { name: 'Inbox', level: 1 })).toBeVisible();
});

test('signing in works by keyboard alone', async ({ arrive }) => {
	const page = await arrive();
	await page.goto('/sign-in');
	await expect(page.getByLabel('Email')).toBeFocused();
	await page.keyboard.type(emailOf('mei'));
	await page.keyboard.press('Tab');
	await page.keyboard.type(stage().password);
	await page.keyboard.press('Enter');
	await expect(page.getByRole('heading', { name: 'Inbox', level: 1 })).toBeVisible();
});

test('whoever signs out is out: the page of before asks to sign in', async ({ arrive }) => {
	const page = await arrive();
	await page.goto('/sign-in');
	await signIn(page, 'mei');
	await page.getByText('Account: Mei Tanaka').locator('..').click();
	await page.getByRole('button', { name: 'Sign out' }).click();
	await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
	await page.goto('/changes');
	await expect(page).toHaveURL(/\/sign-in/);
});

test('a browser finds the icon where browsers look for one by themselves', async ({ request }) => {
	const answer = await request.get(`${stage().url}/favicon.ico`);
	expect(answer.status()).toBe(200);
	// Reserved, type 1 (icon): how such a file begins.
	expect([...(await answer.body()).subarray(0, 4)]).toEqual([0, 0, 1, 0]);
});
