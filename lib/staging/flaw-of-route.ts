import { canonicalBytes } from '#lib/domain/canonical-json.ts';
import type { Route } from '#lib/domain/route.ts';
import { type RevisionContent, routeOf, seatsOf } from '#lib/domain/statement.ts';
import type { Target } from '#lib/domain/target/target.ts';
import type { StoreTransaction } from '#lib/store/client.ts';
import type { Targets } from '#lib/targets/load-targets.ts';
import { productionsOf } from './route-for.ts';
import { flawOfStagedRun } from './staged-run.ts';

type Ask = { tx: StoreTransaction; targets: Targets; target: Target; content: RevisionContent };

/**
 * Why what a revision says of its route and its seats does not hold now, or null: the targets file may have changed since it was filed, and the
 * run on staging is looked up in the record again.
 */
export async function flawOfRoute({ tx, targets, target, content }: Ask): Promise<string | null> {
	const route = routeOf(content);
	if (!canonicalBytes([...seatsOf(content)]).equals(canonicalBytes(target.seats)))
		return `the targets file now asks for other signatures on ${target.name}`;
	const isStaging = productionsOf(targets, target.name).length > 0;
	if ((route.kind === 'staging') !== isStaging)
		return isStaging ? `${target.name} is a staging target now` : `${target.name} is no longer a staging target`;
	if (content.v !== 3 || route.kind === 'staging') return null;
	if (route.staging !== (target.staging ?? null)) return `${target.name} now has ${stagingWords(target.staging)}`;
	return route.kind === 'staged' ? flawOfStaged(tx, route) : null;
}

async function flawOfStaged(tx: StoreTransaction, route: Extract<Route, { kind: 'staged' }>): Promise<string | null> {
	const { kind: _, ...run } = route;
	const flaw = await flawOfStagedRun(tx, run);
	return flaw && `the run on ${route.staging} cannot be verified: ${flaw}`;
}

function stagingWords(staging: string | undefined): string {
	return staging === undefined ? 'no staging target' : `${staging} as its staging target`;
}
