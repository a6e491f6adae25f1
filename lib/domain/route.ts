import { instantWords } from './wording/instant-words.ts';

/** A run that has succeeded on the staging target with the same bundle, as the record has it. */
export type StagedRun = {
	/** The name of the staging target. */
	staging: string;
	/** Digest of the bundle, in hex (docs/formats.md, "Bundle digest"). */
	bundle: string;
	/** The change that ran there: its name, its revision and that one's digest. */
	change: string;
	revision: number;
	digest: string;
	/** The run's id, and its number within the change. */
	run: string;
	number: number;
	/** ISO 8601, UTC. */
	ended: string;
	/** Hash of the record's entry that says how it ended, in hex. */
	entry: string;
};

/**
 * How a revision comes to its target. `direct`: nothing has run before; `staging` is the target where it could have, if there is one.
 * `staged`: its bundle has succeeded on the staging target. `staging`: its target is where others are tried.
 */
export type Route = { kind: 'direct'; staging: string | null } | ({ kind: 'staged' } & StagedRun) | { kind: 'staging' };

/** What a statement says of the route: as the revision has it, and for a direct one why, in the requester's words. */
export type SignedRoute = Exclude<Route, { kind: 'direct' }> | (Extract<Route, { kind: 'direct' }> & { why: string });

/** A route as pages show it. `flaw`: why it does not hold, by the record or the targets file of now. */
export type SeenRoute = Route & { flaw: string | null };

/** The route in one sentence, for people who sign, execute and audit. */
export function routeWords(route: Route): string {
	switch (route.kind) {
		case 'staged':
			return `The same bundle succeeded on ${route.staging}: ${route.change}, run ${route.number}, ended ${instantWords(route.ended)}.`;
		case 'staging':
			return 'This is a staging target: when the bundle has succeeded here, it can be filed for production.';
		case 'direct':
			return route.staging === null
				? 'Straight to production: this target has no staging target.'
				: `Straight to production: this bundle has not succeeded on ${route.staging}.`;
	}
}
