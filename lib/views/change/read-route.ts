import type { Route, SeenRoute } from '#lib/domain/route.ts';
import { flawOfStagedRun } from '#lib/staging/staged-run.ts';
import type { Store } from '#lib/store/client.ts';

/** How a revision came to its target, with the run on staging looked up in the record. */
export async function readRoute(store: Store, route: Route): Promise<SeenRoute> {
	if (route.kind !== 'staged') return { ...route, flaw: null };
	const { kind: _, ...run } = route;
	return { ...route, flaw: await flawOfStagedRun(store, run) };
}
