import { BLOCKS_WRITES, isAtLeast, type RehearsalReport } from '#lib/domain/rehearsed/rehearsal.ts';
import { isConsolesOwn } from '#lib/domain/restore-price.ts';
import { lockWords } from '#lib/domain/wording/rehearsal-words.ts';
import { StepFailed } from '#lib/gates/gate.ts';
import { type CatalogEntry, diffCatalogs } from '#lib/postgres/catalog/fingerprint.ts';
import { withTarget } from '#lib/postgres/connection/connect.ts';
import { readOwnLocks, readRelationNames } from '#lib/postgres/sessions/footprint.ts';
import type { OpenRun } from '#lib/run/owner/open-run.ts';
import { inTime } from '../in-time.ts';
import type { OpenTransaction } from '../open-transaction.ts';

const MOST_NAMED = 10;

/** The catalog before, and with the change in it; null where it could not be read. */
type Seen = { before: CatalogEntry[]; left: CatalogEntry[] | null };

/**
 * Where a target asks for rehearsals, production is held to the one that was seen: the change makes, alters and removes the same objects, in the
 * same way as far as the report says how, and nobody waits for a table for whom that was not shown. Throws before COMMIT, naming what differs. What is in a report is compared; where it
 * left something out, that side is not.
 */
export async function assertAsRehearsed(run: OpenRun, transaction: OpenTransaction, { before, left }: Seen): Promise<void> {
	if (!run.target.rehearsal.required) return;
	const report = await readPassed(run);
	if (!left) throw notAsRehearsed(['the catalog could not be read to compare it']);
	const differences = [...objectsDiffering(report, { before, left }), ...(await locksBeyond(run, transaction, report))];
	if (differences.length > 0) throw notAsRehearsed(differences);
}

async function readPassed({ store, plan }: OpenRun): Promise<RehearsalReport> {
	const passed = await store.rehearsal.findFirst({
		where: { digest: plan.digest, status: 'passed' },
		orderBy: { askedAt: 'desc' },
		select: { report: true },
	});
	if (!passed?.report) throw notAsRehearsed(['no rehearsal of this revision has passed']);
	return passed.report as RehearsalReport;
}

function objectsDiffering(report: RehearsalReport, { before, left }: { before: CatalogEntry[]; left: CatalogEntry[] }): string[] {
	if (report.left.catalog > 0) return [];
	const { added, removed, changed } = diffCatalogs(before, left);
	const here = new Set([
		...removed.map(({ kind, name }) => `removed ${kind} ${name}`),
		...changed.map(({ kind, name }) => `changed ${kind} ${name}`),
		...added.map(({ kind, name }) => `added ${kind} ${name}`),
	]);
	const there = new Set(report.catalog.map(({ what, kind, name }) => `${what} ${kind} ${name}`));
	const definitions = new Map([...changed, ...added].map(({ kind, name, definition }) => [`${kind} ${name}`, definition]));
	const otherwise = report.catalog.filter(({ kind, name, definition }) => {
		const now = definitions.get(`${kind} ${name}`);
		return definition !== undefined && now !== undefined && !now.startsWith(definition);
	});
	return [
		...otherwise.map(({ kind, name }) => `${kind} ${name} is defined otherwise here than there`),
		...[...here].filter((one) => !there.has(one)).map((one) => `here it ${one}, there it did not`),
		...[...there].filter((one) => !here.has(one)).map((one) => `there it ${one}, here it did not`),
	];
}

async function locksBeyond(run: OpenRun, transaction: OpenTransaction, report: RehearsalReport): Promise<string[]> {
	if (report.left.locks > 0) return [];
	const outside = { target: run.target, login: 'backup', applicationName: `countersign locks ${run.runId}`, signal: run.signal } as const;
	const names = await withTarget(outside, readRelationNames);
	const shown = new Map(report.locks.map(({ relation, mode }) => [relation, mode]));
	return (await inTime(transaction, readOwnLocks(transaction.client))).flatMap(({ oid, mode }) => {
		const relation = names.get(oid);
		if (relation === undefined || isConsolesOwn(relation) || !isAtLeast(mode, BLOCKS_WRITES)) return [];
		const rehearsed = shown.get(relation);
		return rehearsed && isAtLeast(rehearsed, mode) ? [] : [`here it ${lockWords(mode).toLowerCase()} of ${relation}, there it did not`];
	});
}

function notAsRehearsed(differences: string[]): StepFailed {
	const more = differences.length - MOST_NAMED;
	const named = `${differences.slice(0, MOST_NAMED).join('; ')}${more > 0 ? `; and ${more} more` : ''}`;
	return new StepFailed({
		code: 'not_as_rehearsed',
		message: `The change did something else than in its rehearsal: ${named}.`,
		instead: 'Rolled back: nothing was changed. Rehearse the revision again on the database as it is now, or correct it in a new revision.',
	});
}
