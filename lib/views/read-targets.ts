import type { RunStatus } from '#lib/domain/run.ts';
import { restoreNames } from '#lib/domain/target/database-names.ts';
import type { Target } from '#lib/domain/target/target.ts';
import { describeWindow, idleParts, windowAt } from '#lib/domain/target/window.ts';
import { WAY_BACK_WORDS } from '#lib/domain/wording/way-back-words.ts';
import { productionsOf } from '#lib/staging/route-for.ts';
import type { Store } from '#lib/store/client.ts';
import type { Targets } from '#lib/targets/load-targets.ts';

const ALWAYS_MS = 30 * 86_400_000;
const UNDER_WAY: RunStatus[] = ['queued', 'running', 'awaiting_restore', 'restoring'];

/** The targets of the file, as people may see them: without passwords and tokens. `now` decides whether a window is open. */
export async function readTargets({ store, targets, now }: { store: Store; targets: Targets; now: Date }) {
	const runs = await store.run.findMany({
		where: { status: { in: UNDER_WAY } },
		select: { id: true, number: true, target: true, status: true, change: { select: { number: true } } },
	});
	const kept = await readFailedDatabases(store);
	return [...targets.byName.values()].map((target) => ({
		...definitionOf(target, { targets, now }),
		run: runs.find((run) => run.target === target.name) ?? null,
		failedDatabases: kept.filter((database) => database.target === target.name),
	}));
}

/** Failed databases that restores kept and nobody has removed yet, newest first. */
async function readFailedDatabases(store: Store) {
	const restored = await store.run.findMany({
		where: { status: 'restored' },
		orderBy: { endedAt: 'desc' },
		select: { id: true, number: true, target: true, change: { select: { number: true } } },
	});
	const removals = await store.recordEntry.findMany({
		where: { kind: 'restore.failed_database_removed', runId: { in: restored.map(({ id }) => id) } },
		select: { runId: true },
	});
	const removed = new Set(removals.map(({ runId }) => runId));
	return restored.filter(({ id }) => !removed.has(id)).map((run) => ({ ...run, name: restoreNames(run.id).keptAs }));
}

function definitionOf(target: Target, { targets, now }: { targets: Targets; now: Date }) {
	const { connection, backup, thresholds } = target;
	const window = windowAt(target.window, now);
	return {
		name: target.name,
		description: target.description,
		address: `${connection.host}:${connection.port}/${connection.database}`,
		tls: connection.sslmode,
		window: {
			words: describeWindow(target.window),
			state: window.open
				? // What closes only in a far year is open.
					{ open: true as const, closesAt: window.remainingMs > ALWAYS_MS ? null : window.closesAt.toISOString() }
				: { open: false as const, reason: window.reason, opensAt: window.opensAt?.toISOString() ?? null },
			idle: idleParts(target.window, now),
			freezes: target.window.freezes.filter((freeze) => Date.parse(freeze.to) > now.getTime()),
		},
		restoreBudgetMs: target.restoreBudget,
		backup: { folder: backup.folder, keep: backup.keep, freshnessMs: backup.freshness },
		recoveryPoint: target.recoveryPoint,
		wayBack: WAY_BACK_WORDS[target.wayBack],
		/** The server that revisions are rehearsed on; null where it is the target's own. */
		rehearsedOn: target.rehearsal.server ? `${target.rehearsal.server.host}:${target.rehearsal.server.port}` : null,
		/** For how long a rehearsal shows the way back; null where it does not. */
		rehearsalCountsMs: target.wayBack === 'rehearsed' ? target.rehearsal.freshness : null,
		thresholds: { longTransactionMs: thresholds.longTransaction, responseTimeMs: thresholds.responseTime },
		services: target.services.map((service) => service.name),
		restrictedRoles: target.restrictedRoles,
		operatorMaySign: target.operatorMaySign,
		staging: target.staging ?? null,
		stagingOf: productionsOf(targets, target.name),
		seats: target.seats,
		comments: target.comments,
	};
}
