import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { Checklist } from '#components/run/checklist.tsx';
import { KeptDatabase } from '#components/run/kept-database.tsx';
import { LiveRun } from '#components/run/live-run.tsx';
import { OutcomePanel } from '#components/run/outcome-panel.tsx';
import { RestoreDecision } from '#components/run/restore-decision.tsx';
import { Page } from '#components/ui/page-head.tsx';
import type { Actor } from '#lib/access/actor.ts';
import { mayAbort, mayConfirmRestore, mayDecideRun, mayReadChange, mayTick } from '#lib/access/policy.ts';
import { requireActor } from '#lib/access/require-actor.ts';
import { ROLE_TITLE } from '#lib/domain/roles.ts';
import { store } from '#lib/store/client.ts';
import { targets } from '#lib/targets/load-targets.ts';
import { readChecklist } from '#lib/views/read-checklist.ts';
import { type RunView, readRun } from '#lib/views/read-run.ts';
import {
	abortRunAction,
	askSmokeTestsAgainAction,
	confirmRestoreAction,
	measurePriceAction,
	removeFailedDatabaseAction,
	tickChecklistAction,
} from './actions.ts';

export const metadata: Metadata = { title: 'Run' };

export default async function RunPage({ params }: { params: Promise<{ id: string }> }) {
	const actor = await requireActor();
	const { id } = await params;
	const run = mayReadChange(actor) === true ? await readRun({ store: store(), targets: targets(), runId: id, now: new Date() }) : null;
	if (!run) notFound();
	return (
		<Page wide>
			<LiveRun
				head={run.head}
				opened={run.opened}
				panel={(run.status === 'awaiting_restore' || run.outcome !== null) && <RunPanel run={run} actor={actor} />}
				after={run.hasChecklist && <RunChecklist run={run} actor={actor} />}
				abort={mayAbort(actor) === true ? abortRunAction : null}
			/>
		</Page>
	);
}

function RunPanel({ run, actor }: { run: RunView; actor: Actor }) {
	if (run.status === 'awaiting_restore') return <Decision run={run} actor={actor} />;
	if (run.outcome === null) return null;
	const { failure, fingerprints, backup, price, hasChecklist, outcome } = run;
	const lastedMs = run.endedAt ? Date.parse(run.endedAt) - Date.parse(run.head.claimedAt) : null;
	const ended = { runId: run.opened.runId, outcome, failure, fingerprints, backup, price, lastedMs, hasChecklist };
	const mayRemove = mayDecideRun(actor);
	return (
		<>
			<OutcomePanel ended={ended} />
			{run.failedDatabase && (
				<KeptDatabase kept={{ runId: run.opened.runId, name: run.failedDatabase, mayRemove }} action={removeFailedDatabaseAction} />
			)}
		</>
	);
}

function Decision({ run, actor }: { run: RunView; actor: Actor }) {
	const confirmedBy = run.confirmations.map(({ personId }) => personId);
	const seats = (['operator', 'dba'] as const).map((capacity) => ({
		capacity,
		title: ROLE_TITLE[capacity],
		confirmed: run.confirmations.filter((given) => given.capacity === capacity).map(({ name, at }) => ({ name, at }))[0] ?? null,
		allowed: mayConfirmRestore(actor, { capacity, requesterId: run.requesterId, confirmedBy }),
	}));
	const { failure, price, hasMaintenanceMode } = run;
	const replacement = run.backup?.replacement ?? null;
	return (
		<RestoreDecision
			decision={{ runId: run.opened.runId, failure, price, replacement, hasMaintenanceMode, seats, mayDecide: mayDecideRun(actor) }}
			actions={{ confirm: confirmRestoreAction, askAgain: askSmokeTestsAgainAction, measure: measurePriceAction }}
		/>
	);
}

async function RunChecklist({ run, actor }: { run: RunView; actor: Actor }) {
	const { runId } = run.opened;
	const rows = await readChecklist(store(), { runId, backup: run.backup });
	return <Checklist changeId={run.changeId} runId={runId} rows={rows} mayTick={mayTick(actor)} tick={tickChecklistAction} />;
}
