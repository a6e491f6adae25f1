import { chromium } from '@playwright/test';
import lighthouse, { desktopConfig } from 'lighthouse';
import { ensureChromium } from '#scripts/set-up/chromium.ts';
import { freePort } from '#scripts/set-up/free-port.ts';

const FLAGS = ['--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run'];

export const CATEGORIES = ['performance', 'accessibility', 'best-practices'] as const;
export type Category = (typeof CATEGORIES)[number];

/** What Lighthouse says of a page: points of 100 for each category asked for, and the audits that cost some. */
type Judged = { scores: Partial<Record<Category, number>>; lost: string[] };
/** `cookie`: the session of whoever looks; null for nobody. */
type Judge = (page: { url: string; cookie: string | null; categories: readonly Category[] }) => Promise<Judged>;

/** Lighthouse with a browser of its own, as at a desk, for the duration of `work`. */
export async function withLighthouse<T>(work: (judge: Judge) => Promise<T>): Promise<T> {
	const port = await freePort();
	const isRoot = process.getuid?.() === 0; // Chromium's sandbox refuses to work for root.
	const browser = await chromium.launch({
		executablePath: await ensureChromium(),
		args: [`--remote-debugging-port=${port}`, ...(isRoot ? ['--no-sandbox'] : []), ...FLAGS],
	});
	try {
		return await work((page) => judge(port, page));
	} finally {
		await browser.close();
	}
}

async function judge(port: number, { url, cookie, categories }: Parameters<Judge>[0]): Promise<Judged> {
	const flags = {
		port,
		onlyCategories: [...categories],
		logLevel: 'error' as const,
		...(cookie ? { extraHeaders: { Cookie: cookie } } : {}),
	};
	const result = await lighthouse(url, flags, desktopConfig);
	const report = result?.lhr;
	if (!report || report.runtimeError) throw new Error(`Lighthouse could not judge ${url}: ${report?.runtimeError?.message ?? 'no report'}`);
	if (new URL(report.finalDisplayedUrl).pathname !== new URL(url).pathname) throw new Error(`${url} led to ${report.finalDisplayedUrl}`);
	const scores: Judged['scores'] = {};
	const lost: string[] = [];
	for (const category of categories) {
		const judged = report.categories[category];
		scores[category] = Math.round((judged?.score ?? 0) * 100);
		for (const { id, weight } of judged?.auditRefs ?? []) {
			const audit = report.audits[id];
			if (weight > 0 && audit?.score != null && audit.score < 0.9)
				lost.push(`${category}: ${audit.title} ${audit.displayValue ?? ''}`.trim());
		}
	}
	return { scores, lost };
}
