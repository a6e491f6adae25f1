import fc from 'fast-check';
import { inject, test } from 'vitest';
import { ownTargetCluster } from '#tests/support/test-target.ts';
import { COMMANDS, comeToRest, openReal, press } from './model.ts';
import { type Ground, undoAll } from './world.ts';

/** Each is a story of real runs with real deaths in it: few, but the same ones every time. */
const STORIES = 6;
/** Drawn for a story; those that its moment does not allow are left out. */
const COMMANDS_DRAWN = 10;
const SEED = 20_261_122;
const LIMIT_MS = 600_000;

test(
	'whatever is executed, aborted, killed, taken over and asked again: applied at most once, and told as the marker says',
	async () => {
		const stories = fc.array(fc.oneof(...COMMANDS), { minLength: COMMANDS_DRAWN, maxLength: COMMANDS_DRAWN });
		await fc.assert(
			fc.asyncProperty(stories, (story) =>
				withGround(async (ground) => {
					const real = await openReal(ground);
					await fc.asyncModelRun(() => ({ model: { state: 'executable' as const }, real }), [press, ...story]);
					await comeToRest(real);
				}),
			),
			// A story is not cut down to a shorter one that fails as well: that would take too long.
			{ seed: SEED, numRuns: STORIES, endOnFailure: true },
		);
	},
	LIMIT_MS,
);

/** On the servers of the integration tests. */
async function withGround(work: (ground: Ground) => Promise<void>): Promise<void> {
	const undoes: (() => Promise<unknown>)[] = [];
	try {
		const clusters = inject('clusters');
		await work({ target: ownTargetCluster(clusters), console: clusters.console, atEnd: (undo) => void undoes.push(undo) });
	} finally {
		await undoAll(undoes);
	}
}
