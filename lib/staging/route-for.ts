import { type BundleContent, bundleDigest } from '#lib/bundle/revision-digest.ts';
import type { Route } from '#lib/domain/route.ts';
import type { Target } from '#lib/domain/target/target.ts';
import type { StoreTransaction } from '#lib/store/client.ts';
import type { Targets } from '#lib/targets/load-targets.ts';
import { findStagedRun } from './staged-run.ts';

type Ask = { store: StoreTransaction; targets: Targets; target: Target; bundle: BundleContent };

/** How a revision with that bundle comes to that target now. Nobody has to say it: the record knows whether the bundle has run on staging. */
export async function routeFor({ store, targets, target, bundle }: Ask): Promise<Route> {
	if (isStaging(targets, target.name)) return { kind: 'staging' };
	if (target.staging === undefined) return { kind: 'direct', staging: null };
	const run = await findStagedRun(store, { staging: target.staging, bundle: bundleDigest(bundle) });
	return run ? { kind: 'staged', ...run } : { kind: 'direct', staging: target.staging };
}

/** The targets that this one is the staging target of. */
export function productionsOf(targets: Targets, name: string): string[] {
	return [...targets.byName.values()].filter((target) => target.staging === name).map((target) => target.name);
}

function isStaging(targets: Targets, name: string): boolean {
	return productionsOf(targets, name).length > 0;
}
