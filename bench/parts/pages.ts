import { encode } from 'next-auth/jwt';
import { signInAs } from '#scripts/throwaway/console.ts';
import { CATEGORIES, withLighthouse } from '#scripts/throwaway/judge-pages.ts';
import { SMALL } from '../databases.ts';
import { type Bench, tryConsole } from '../rounds.ts';
import type { Measured } from '../rows.ts';

/** Lighthouse gives 100 points; so many may be missing. */
const MOST_MISSING_POINTS = 5;

/** The main pages as Lighthouse judges them, with a run that has succeeded. Of each category the page that has the fewest points counts. */
export async function measurePages(bench: Bench, { judged }: { judged: boolean }): Promise<Measured[]> {
	const { console, web, targets, say } = bench;
	await tryConsole({ ...bench, fixture: SMALL }, { target: targets.attested, healthy: true, outcome: 'succeeded' });
	const { id: personId, sessionId } = await signInAs(console, 'dba');
	const session = `next-auth.session-token=${await encode({ token: { personId, sessionId }, secret: web.secret })}`;
	const run = await console.store.run.findFirstOrThrow({
		where: { status: 'succeeded' },
		orderBy: { claimedAt: 'desc' },
		select: { id: true, change: { select: { number: true } } },
	});
	const change = `/changes/${run.change.number}`;
	const paths = ['/', change, `${change}/sign?seat=dba`, `/runs/${run.id}`, '/targets', '/record'];
	const pages = [{ path: '/sign-in', cookie: null }, ...paths.map((path) => ({ path, cookie: session }))];
	const fewest = { performance: 100, accessibility: 100, 'best-practices': 100 };
	await withLighthouse(async (judge) => {
		for (const { path, cookie } of pages) {
			const { scores, lost } = await judge({ url: new URL(path, web.url).href, cookie, categories: CATEGORIES });
			say(`  ${path}: ${CATEGORIES.map((category) => `${category} ${scores[category]}`).join(', ')} ${lost.join('; ')}`);
			for (const category of CATEGORIES) fewest[category] = Math.min(fewest[category], scores[category] ?? 0);
		}
	});
	return CATEGORIES.map((category) => ({
		name: `points that Lighthouse takes off the worst of seven pages: ${category}`,
		ours: 100 - fewest[category],
		baseline: MOST_MISSING_POINTS,
		unit: 'points',
		// The speed depends on who else uses the machine.
		required: category !== 'performance' || judged ? 1 : null,
	}));
}
