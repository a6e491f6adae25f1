import type { Metadata } from 'next';
import Link from 'next/link';
import { z } from 'zod';
import { DraftList } from '#components/change/inbox/draft-list.tsx';
import { WaitingList } from '#components/change/inbox/waiting-list.tsx';
import { StatusTag } from '#components/change/status-tag.tsx';
import { TruthLine } from '#components/change/truth-line.tsx';
import { Live } from '#components/live/live.tsx';
import { ButtonLink } from '#components/ui/form/button.tsx';
import { EmptyState } from '#components/ui/layout/empty-state.tsx';
import { Page, PageHead } from '#components/ui/layout/page-head.tsx';
import { Row, RowList, Section } from '#components/ui/layout/panel.tsx';
import { Elapsed, Time } from '#components/ui/time/time.tsx';
import type { Actor } from '#lib/access/actor.ts';
import { mayFile } from '#lib/access/policy.ts';
import { requireActor } from '#lib/access/require-actor.ts';
import { changeName } from '#lib/domain/change.ts';
import { store } from '#lib/store/client.ts';
import { targets } from '#lib/targets/load-targets.ts';
import { readDrafts } from '#lib/views/change/read-drafts.ts';
import { readInFlight, readLately } from '#lib/views/inbox/read-inbox.ts';
import { readWaiting, type WaitingKey, waitingKeySchema, withReasons } from '#lib/views/inbox/read-waiting.ts';
import { discardDraftAction } from './changes/draft-actions.ts';
import { firstWaiting } from './first-waiting.ts';
import { liveNow } from './live-now.ts';

export const metadata: Metadata = { title: 'Inbox' };

const searchSchema = z.object({ after: waitingKeySchema });

export default async function InboxPage({ searchParams }: { searchParams: Promise<Record<string, string | string[] | undefined>> }) {
	const actor = await requireActor();
	const { after } = searchSchema.parse(await searchParams);
	const live = await liveNow();
	const [waiting, drafts, inFlight, lately] = await Promise.all([
		waitingFor(actor, after ?? null),
		readDrafts({ store: store(), actor }),
		readInFlight(store()),
		readLately(store()),
	]);
	return (
		<Page>
			<PageHead
				title="Inbox"
				tags={<Live shows="everything" {...live} />}
				actions={mayFile(actor) === true && <ButtonLink href="/changes/new">New change</ButtonLink>}
			/>
			<div className="grid gap-7">
				<Section id="waiting" title="Waiting for you">
					{waiting.items.length > 0 ? (
						<>
							<WaitingList items={waiting.items} />
							{(after || waiting.next) && (
								<nav aria-label="Pages of what waits" data-print="hide" className="mt-3 flex gap-2">
									{after && <ButtonLink href="/">Most urgent</ButtonLink>}
									{waiting.next && <ButtonLink href={`/?after=${waiting.next}`}>More</ButtonLink>}
								</nav>
							)}
						</>
					) : (
						<EmptyState title="Nothing is waiting for you">
							What needs you appears here: your turn to sign, a check-in as responder, an approved change to execute, a restore to decide, a
							checklist to finish.
						</EmptyState>
					)}
				</Section>
				{drafts.length > 0 && (
					<Section id="drafts" title="Your drafts">
						<DraftList drafts={drafts} discard={discardDraftAction} />
					</Section>
				)}
				<Section id="in-flight" title="Running now">
					{inFlight.length > 0 ? (
						<InFlight runs={inFlight} />
					) : (
						<EmptyState title="No target is being changed">A run appears here from Execute until it ends.</EmptyState>
					)}
				</Section>
				<Section id="lately" title="Recently ended">
					{lately.length > 0 ? (
						<Lately changes={lately} />
					) : (
						<EmptyState title="No change has ended yet">
							Changes that succeeded, were rolled back, were refused or were withdrawn appear here, newest first.
						</EmptyState>
					)}
				</Section>
			</div>
		</Page>
	);
}

async function waitingFor(actor: Actor, after: WaitingKey | null) {
	const { items, next } = await (after
		? readWaiting({ store: store(), targets: targets(), actor, now: new Date() }, after)
		: firstWaiting(actor));
	return { items: await withReasons(store(), items), next };
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
					<StatusTag status={change.status} closedAs={change.closedAs} />
					<span className="text-sm text-ink-2 sm:w-72 sm:text-right">
						<Time at={change.at} />
					</span>
				</Row>
			))}
		</RowList>
	);
}
