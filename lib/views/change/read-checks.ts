import { readManifest } from '#lib/bundle/read-manifest.ts';
import { type Expectation, LIMITS, type Manifest } from '#lib/domain/bundle/manifest.ts';
import { countWords } from '#lib/domain/wording/count-words.ts';
import type { Store } from '#lib/store/client.ts';

/** What a revision's manifest asks for, in words where it has words. */
export async function readChecks(store: Store, { changeId, revision }: { changeId: string; revision: number }) {
	const row = await store.revision.findUniqueOrThrow({
		where: { changeId_number: { changeId, number: revision } },
		select: { manifest: true },
	});
	const bytes = Buffer.from(row.manifest);
	const manifest = storedManifest(bytes);
	const { timeouts } = manifest;
	return {
		timeouts: [
			{
				name: 'lock_timeout',
				ms: timeouts.lock ?? LIMITS.lockTimeoutMs,
				isTightened: timeouts.lock !== undefined && timeouts.lock < LIMITS.lockTimeoutMs,
			},
			{
				name: 'statement_timeout',
				ms: timeouts.statement ?? LIMITS.statementTimeoutMs,
				isTightened: timeouts.statement !== undefined && timeouts.statement < LIMITS.statementTimeoutMs,
			},
			{
				name: 'Trial queries',
				ms: timeouts.trial ?? LIMITS.trialTimeoutMs,
				isTightened: timeouts.trial !== undefined && timeouts.trial < LIMITS.trialTimeoutMs,
			},
		],
		trial: manifest.trial.flatMap((query) =>
			'views' in query
				? query.views.map((view) => ({
						name: view,
						role: query.role,
						sql: `select * from ${view} limit 0`,
						expects: 'it compiles and runs',
					}))
				: [{ name: query.name, role: query.role, sql: query.sql, expects: 'it runs' }],
		),
		verifications: manifest.verifications.map(({ name, sql, expect }) => ({ name, role: null, sql, expects: expectationInWords(expect) })),
		smokeTests: manifest.smokeTests.map(({ name, role, sql, expect }) => ({ name, role, sql, expects: expectationInWords(expect) })),
		changeLog: manifest.changeLog ? { operation: manifest.changeLog.operation, tableName: manifest.changeLog.tableName } : null,
		services: manifest.services,
		restore: manifest.restore,
		manifest: bytes.toString('utf8'),
	};
}

/** How many checks a stored manifest names. */
export function countChecks(bytes: Buffer): { smokeTests: number; verifications: number } {
	const { smokeTests, verifications } = storedManifest(bytes);
	return { smokeTests: smokeTests.length, verifications: verifications.length };
}

function storedManifest(bytes: Buffer): Manifest {
	const { manifest } = readManifest(bytes);
	if (!manifest) throw new Error('a stored manifest cannot be read');
	return manifest;
}

/** What a check must find, as a sentence. */
export function expectationInWords(expect: Expectation): string {
	if ('value' in expect) return `the value ${JSON.stringify(expect.value)}`;
	if ('rows' in expect) return expect.rows === 0 ? 'no rows' : `exactly ${countWords(expect.rows, 'row')}`;
	if ('atLeast' in expect) return `at least ${expect.atLeast}`;
	if ('sqlstate' in expect) return `it is refused with SQLSTATE ${expect.sqlstate}`;
	return expect.sees.length === 0
		? 'the role sees no rows'
		: `exactly these rows: ${expect.sees.map((row) => `(${row.map((cell) => String(cell)).join(', ')})`).join(' ')}`;
}
