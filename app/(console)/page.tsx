import type { Metadata } from 'next';
import Link from 'next/link';
import { AsOf } from '#components/change/as-of.tsx';
import { StatusTag } from '#components/change/status-tag.tsx';
import { TruthLine } from '#components/change/truth-line.tsx';
import { WaitingList } from '#components/change/waiting-list.tsx';
import { ButtonLink } from '#components/ui/button.tsx';
import { EmptyState } from '#components/ui/empty-state.tsx';
import { Page, PageHead } from '#components/ui/page-head.tsx';
import { Row, RowList, Section } from '#components/ui/panel.tsx';
import { Elapsed, Time } from '#components/ui/time.tsx';
import { mayFile } from '#lib/access/policy.ts';
import { requireActor } from '#lib/access/require-actor.ts';
import { changeName } from '#lib/domain/change.ts';
import { store } from '#lib/store/client.ts';
import { targets } from '#lib/targets/load-targets.ts';
import { readInFlight, readLately } from '#lib/views/read-inbox.ts';
import { readWaiting } from '#lib/views/read-waiting.ts';

export const metadata: Metadata = { title: 'Inbox' };

export default async function InboxPage() {
	const actor = await requireActor();
	const [waiting, inFlight, lately] = await Promise.all([
		readWaiting({ store: store(), targets: targets(), actor, now: new Date() }),
		readInFlight(store()),
		readLately(store()),
	]);
	return (
		<Page>
			<PageHead title="Inbox" actions={mayFile(actor) === true && <ButtonLink href="/changes/new">New change</ButtonLink>} />
			<div className="grid gap-7">
				<Section id="waiting" title="Waiting for you">
					{waiting.length > 0 ? (
						<WaitingList items={waiting} />
					) : (
						<EmptyState title="Nothing waits for you">
							Here appears what needs you: your turn to sign, a check-in as responder, an approved change to execute, a restore to decide, a
							checklist to finish.
						</EmptyState>
					)}
				</Section>
				<Section id="in-flight" title="In flight" aside={inFlight.length > 0 && <AsOf at={new Date().toISOString()} />}>
					{inFlight.length > 0 ? (
						<InFlight runs={inFlight} />
					) : (
						<EmptyState title="No target is being changed">A run appears here from Execute until it has ended.</EmptyState>
					)}
				</Section>
				<Section id="lately" title="Lately">
					{lately.length > 0 ? (
						<Lately changes={lately} />
					) : (
						<EmptyState title="Nothing has ended yet">
							Changes that succeeded, were rolled back, refused or withdrawn appear here, newest first.
						</EmptyState>
					)}
				</Section>
			</div>
		</Page>
	);
}

function InFlight({ runs }: { runs: Awaited<ReturnType<typeof readInFlight>> }) {
	return (
		<RowList>
			{runs.map((run) => (
				<Row key={run.id} className="flex-wrap gap-x-4 gap-y-1.5 py-3">
					<div className="min-w-0 flex-1 basis-72">
						<Link href={`/runs/${run.id}`} className="font-medium hover:underline">
							{changeName(run.change.number)} · {run.change.title}
						</Link>
						<p className="text-sm text-ink-2">
							{run.target} · run {run.number} by {run.operator} · {run.step ?? 'Queued'} · <Elapsed since={run.since} />
						</p>
					</div>
					<TruthLine truth={run.truth} />
					<ButtonLink href={`/runs/${run.id}`}>Watch</ButtonLink>
				</Row>
			))}
		</RowList>
	);
}

function Lately({ changes }: { changes: Awaited<ReturnType<typeof readLately>> }) {
	return (
		<RowList>
			{changes.map((change) => (
				<Row key={change.number} className="flex-wrap gap-x-4 gap-y-1">
					<Link href={`/changes/${change.number}`} className="min-w-0 flex-1 basis-72 hover:underline">
						<span className="mono text-ink-2">{changeName(change.number)}</span> {change.title}
					</Link>
					<span className="text-sm text-ink-2">{change.target}</span>
					<StatusTag status={change.status} />
					<span className="text-sm text-ink-2 sm:w-72 sm:text-right">
						<Time at={change.at} />
					</span>
				</Row>
			))}
		</RowList>
	);
}
