import { splitBundle } from '#lib/bundle/split-bundle.ts';
import type { Manifest } from '#lib/domain/bundle/manifest.ts';
import { BLOCKS_READS, BLOCKS_WRITES, type FootprintLock, isAtLeast } from '#lib/domain/rehearsed/rehearsal.ts';
import type { Target } from '#lib/domain/target/target.ts';
import { StepFailed } from '#lib/gates/gate.ts';
import { closeTarget, connectTarget } from '#lib/postgres/connection/connect.ts';
import { beginFootprint, readRelations } from '#lib/postgres/sessions/footprint.ts';
import { applyAndCheck, beginUnderLimits } from '#lib/run/transaction/apply-and-check.ts';
import type { OpenTransaction } from '#lib/run/transaction/open-transaction.ts';

/** What became of a bundle: the SQLSTATE that ended it, or null; the locks that keep others waiting until COMMIT; how long it took, in ms. */
export type Outcome = { failed: string | null; locks: string[]; ms: number };

type Applying = { target: Target; database: string; files: { path: string; bytes: Buffer }[]; manifest: Manifest };

/** Applies and checks a bundle by the code of the run and of the rehearsal, looks at its locks after each statement as a rehearsal does, and rolls back. */
export async function applyAndRollBack({ target, database, files, manifest }: Applying): Promise<Outcome> {
	const place = { target, login: 'run', database } as const;
	const looking = await connectTarget({ target, login: 'backup', database });
	const client = await connectTarget({ ...place, pipeline: true, cutsLong: true });
	const abort = new AbortController();
	try {
		const footprint = beginFootprint(client, await readRelations(looking));
		const transaction: OpenTransaction = {
			client,
			place,
			runId: 'of the corpus',
			statements: await splitBundle(files),
			manifest,
			appliesAs: target.connection.appliesAs,
			changeLogRow: null,
			afterEach: (at) => footprint.look(at),
			tell: () => undefined,
			signal: abort.signal,
			abort: (why) => abort.abort(why),
		};
		const startedAt = performance.now();
		const failed = await beginUnderLimits(transaction)
			// The run's marker gives its transaction a number before the bundle begins.
			.then(() => client.query('select pg_catalog.pg_current_xact_id()'))
			.then(() => applyAndCheck(transaction))
			.then(
				() => null,
				(error) => (error instanceof StepFailed ? (error.failure.sqlstate ?? error.failure.code) : Promise.reject(error)),
			);
		const ms = performance.now() - startedAt;
		await client.query('rollback');
		const locks = footprint.end(() => ({ file: '', line: 0 })).filter(({ mode }) => isAtLeast(mode, BLOCKS_WRITES));
		return { failed, locks: locks.map(inWords).sort(), ms };
	} finally {
		await Promise.all([closeTarget(client), closeTarget(looking)]);
	}
}

/** As the plan says it. */
function inWords({ relation, mode }: FootprintLock): string {
	return `${relation} ${isAtLeast(mode, BLOCKS_READS) ? 'exclusive' : 'noWrites'}`;
}
