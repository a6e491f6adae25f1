import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { LiveRun } from '#components/run/live-run.tsx';
import { Checklist, KeptDatabase, RestoreDecision } from '#components/run/only-some-runs.tsx';
import { OutcomePanel } from '#components/run/outcome-panel.tsx';
import { Page } from '#components/ui/layout/page-head.tsx';
import type { Actor } from '#lib/access/actor.ts';
import { mayAbort, mayConfirmKeep, mayConfirmRestore, mayDecideRun, mayReadChange, mayTick } from '#lib/access/policy.ts';
import { requireActor } from '#lib/access/require-actor.ts';
import { ROLE_TITLE } from '#lib/domain/roles.ts';
import { OUTCOME_TITLE } from '#lib/domain/run.ts';
import { store } from '#lib/store/client.ts';
import { targets } from '#lib/targets/load-targets.ts';
import { readChecklist } from '#lib/views/run/read-checklist.ts';
import { type RunView, readRun } from '#lib/views/run/read-run.ts';
import {
	abortRunAction,
	askSmokeTestsAgainAction,
	closeChangeAction,
	confirmKeepAction,
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
				abort={mayAbort(actor) === true ? { action: abortRunAction, email: actor.email } : null}
			/>
		</Page>
	);
}

function RunPanel({ run, actor }: { run: RunView; actor: Actor }) {
	if (run.status === 'awaiting_restore') return <Decision run={run} actor={actor} />;
	if (run.outcome === null) return null;
	const { failure, fingerprints, backup, price, hasChecklist, outcome, smokeTests, kept } = run;
	const lastedMs = run.endedAt ? Date.parse(run.endedAt) - Date.parse(run.head.claimedAt) : null;
	const ended = { runId: run.opened.runId, outcome, failure, fingerprints, backup, price, lastedMs, hasChecklist, smokeTests, kept };
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
	const { failure, price, hasMaintenanceMode, requesterId } = run;
	const replacement = run.backup?.replacement ?? null;
	const seats = seatsOf(run.confirmations, (capacity, confirmedBy) => mayConfirmRestore(actor, { capacity, requesterId, confirmedBy }));
	const keep = run.keep && {
		price: run.keep.price,
		maintenanceOff: run.keep.confirmations[0]?.maintenanceOff ?? null,
		seats: seatsOf(run.keep.confirmations, (capacity, confirmedBy) => mayConfirmKeep(actor, { capacity, requesterId, confirmedBy })),
	};
	if (!keep) return null;
	return (
		<RestoreDecision
			decision={{ runId: run.opened.runId, failure, price, replacement, hasMaintenanceMode, seats, mayDecide: mayDecideRun(actor), keep }}
			actions={{ confirm: confirmRestoreAction, askAgain: askSmokeTestsAgainAction, measure: measurePriceAction, keep: confirmKeepAction }}
		/>
	);
}

type Capacity = 'operator' | 'dba';
type Confirmation = { capacity: Capacity; personId: string; name: string; at: string };

/** The two who must confirm, and whether this person may be one of them. */
function seatsOf(given: Confirmation[], may: (capacity: Capacity, confirmedBy: string[]) => true | string) {
	const confirmedBy = given.map(({ personId }) => personId);
	return (['operator', 'dba'] as const).map((capacity) => {
		const confirmed = given.find((one) => one.capacity === capacity);
		return {
			capacity,
			title: ROLE_TITLE[capacity],
			confirmed: confirmed ? { name: confirmed.name, at: confirmed.at } : null,
			allowed: may(capacity, confirmedBy),
		};
	});
}

async function RunChecklist({ run, actor }: { run: RunView; actor: Actor }) {
	const { runId } = run.opened;
	const { outcome, closedAs } = run;
	if (outcome === null || outcome === 'unknown') return null;
	const rows = await readChecklist(store(), { runId, outcome, now: new Date() });
	return (
		<Checklist
			changeId={run.changeId}
			runId={runId}
			rows={rows}
			closedAs={closedAs && OUTCOME_TITLE[closedAs]}
			mayTick={mayTick(actor)}
			tick={tickChecklistAction}
			close={closeChangeAction}
		/>
	);
}
