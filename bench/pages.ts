import { encode } from 'next-auth/jwt';
import { signInAs } from '#scripts/throwaway/console.ts';
import { CATEGORIES, type Category, withLighthouse } from '#scripts/throwaway/judge-pages.ts';
import type { Bench } from './rounds.ts';

/** Of each category, the points of the page that has the fewest. */
export type PagePoints = Record<Category, number>;

/** The main pages as Lighthouse judges them, with what the rounds before have left in the console. */
export async function measurePages({ console, web, say }: Bench): Promise<PagePoints> {
	const { id: personId, sessionId } = await signInAs(console, 'dba');
	const session = `next-auth.session-token=${await encode({ token: { personId, sessionId }, secret: web.secret })}`;
	const run = await console.store.run.findFirstOrThrow({
		where: { status: 'succeeded' },
		select: { id: true, change: { select: { number: true } } },
	});
	const change = `/changes/${run.change.number}`;
	const paths = ['/', change, `${change}/sign?seat=dba`, `/runs/${run.id}`, '/targets', '/record'];
	const pages = [{ path: '/sign-in', cookie: null }, ...paths.map((path) => ({ path, cookie: session }))];
	const fewest: PagePoints = { performance: 100, accessibility: 100, 'best-practices': 100 };
	await withLighthouse(async (judge) => {
		for (const { path, cookie } of pages) {
			const { scores, lost } = await judge({ url: new URL(path, web.url).href, cookie, categories: CATEGORIES });
			say(`  ${path}: ${CATEGORIES.map((category) => `${category} ${scores[category]}`).join(', ')} ${lost.join('; ')}`);
			for (const category of CATEGORIES) fewest[category] = Math.min(fewest[category], scores[category] ?? 0);
		}
	});
	return fewest;
}
