import { type Browser, type BrowserContext, test as base, expect, type Page } from '@playwright/test';
import { stage } from '../stage/stage.ts';
import { endedSince } from './databases.ts';
import { type CastName, emailOf } from './people.ts';

export { expect } from '@playwright/test';

type Enter = {
	/** A browser window of that person's own, signed in through the sign-in page. */
	enter(name: CastName, options?: { phone?: boolean }): Promise<Page>;
	/** A browser session of nobody. */
	arrive(options?: { phone?: boolean }): Promise<Page>;
	/** What the pages may say in the browser's console although nothing is wrong, such as the answer 404 that a test asked for. */
	expectComplaint(pattern: RegExp): void;
};

const PHONE = { width: 390, height: 844 };

/** Every page of a test is watched: an error in the browser's console, the content security policy's included, fails it. */
export const test = base.extend<
	Enter & { complaints: { said: string[]; expected: RegExp[] }; contexts: BrowserContext[]; endings: undefined }
>({
	/** Whoever reads that a test failed reads why its runs ended, too. */
	endings: [
		async ({ baseURL: _ }, use, info) => {
			const begun = new Date();
			await use(undefined);
			if (info.status === info.expectedStatus) return;
			for (const ending of await endedSince(begun)) console.log(`meanwhile ${ending}`);
		},
		{ auto: true },
	],
	/** Closed after the test: a page that stays open goes on reading everything that later tests do. */
	contexts: async ({ baseURL: _ }, use) => {
		const contexts: BrowserContext[] = [];
		await use(contexts);
		for (const context of contexts) await context.close();
	},
	complaints: async ({ baseURL: _ }, use) => {
		const complaints = { said: [] as string[], expected: [] as RegExp[] };
		await use(complaints);
		expect(
			complaints.said.filter((text) => !complaints.expected.some((pattern) => pattern.test(text))),
			'what the browser’s console says',
		).toEqual([]);
	},
	expectComplaint: async ({ complaints }, use) => {
		await use((pattern) => complaints.expected.push(pattern));
	},
	arrive: async ({ browser, complaints, contexts }, use) => {
		await use(async ({ phone = false } = {}) => watch(await openPage(browser, { phone, contexts }), complaints.said));
	},
	enter: async ({ browser, complaints, contexts }, use) => {
		await use(async (name, { phone = false } = {}) => {
			const page = watch(await openPage(browser, { phone, contexts, storageState: known.get(name) ?? null }), complaints.said);
			await page.goto('/');
			// The first time, and when the session has ended meanwhile.
			if (new URL(page.url()).pathname === '/sign-in') await signIn(page, name);
			await expect(page.getByRole('heading', { name: 'Inbox', level: 1 })).toBeVisible();
			known.set(name, await page.context().storageState());
			return page;
		});
	},
});

type StorageState = Awaited<ReturnType<BrowserContext['storageState']>>;
/** The sessions that were opened by signing in: one a person, used by one test after the other. */
const known = new Map<CastName, StorageState>();

type Opening = { phone: boolean; contexts: BrowserContext[]; storageState?: StorageState | null };

async function openPage(browser: Browser, { phone, contexts, storageState }: Opening): Promise<Page> {
	const context = await browser.newContext({
		baseURL: stage().url,
		...(storageState ? { storageState } : {}),
		...(phone ? { viewport: PHONE, hasTouch: true, isMobile: true } : {}),
	});
	contexts.push(context);
	return context.newPage();
}

/** Writes down what the page says in the browser's console when something is wrong. */
function watch(page: Page, said: string[]): Page {
	page.on('console', (message) => {
		if (message.type() === 'error') said.push(`${page.url()}: ${message.text()} ${message.location().url}`);
	});
	page.on('pageerror', (error) => said.push(`${page.url()}: ${error.message}`));
	return page;
}

/** Fills in the sign-in form that the page shows. */
export async function signIn(page: Page, name: CastName, password = stage().password): Promise<void> {
	await page.getByLabel('Email').fill(emailOf(name));
	await page.getByLabel('Password').fill(password);
	await page.getByRole('button', { name: 'Sign in' }).click();
}
