import lighthouse, { desktopConfig } from 'lighthouse';
import { freePort } from '#scripts/set-up/free-port.ts';
import { withBrowser } from './browser.ts';

export const CATEGORIES = ['performance', 'accessibility', 'best-practices'] as const;
export type Category = (typeof CATEGORIES)[number];

/** What Lighthouse says of a page: points of 100 for each category asked for, and the audits that cost some. */
type Judged = { scores: Partial<Record<Category, number>>; lost: string[] };
/** `cookie`: the session of whoever looks; null for nobody. */
type Judge = (page: { url: string; cookie: string | null; categories: readonly Category[] }) => Promise<Judged>;

/** On a busy machine Lighthouse may miss where a page begins, and asks to be run again. */
const MISSED = 'NO_NAVSTART';
const MOST_TRIES = 4;

/** Lighthouse with a browser of its own, as at a desk, for the duration of `work`. */
export async function withLighthouse<T>(work: (judge: Judge) => Promise<T>): Promise<T> {
	const port = await freePort();
	return withBrowser([`--remote-debugging-port=${port}`], () => work((page) => judge(port, page)));
}

async function judge(port: number, { url, cookie, categories }: Parameters<Judge>[0]): Promise<Judged> {
	const flags = {
		port,
		onlyCategories: [...categories],
		logLevel: 'error' as const,
		...(cookie ? { extraHeaders: { Cookie: cookie } } : {}),
	};
	let report = (await lighthouse(url, flags, desktopConfig))?.lhr;
	for (let tries = 1; report?.runtimeError?.code === MISSED && tries < MOST_TRIES; tries += 1)
		report = (await lighthouse(url, flags, desktopConfig))?.lhr;
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
