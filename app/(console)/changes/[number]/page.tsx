import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { Suspense } from 'react';
import { ActButton } from '#components/change/acting/act-button.tsx';
import { ActDialog } from '#components/change/acting/act-dialog.tsx';
import { DriftNotice } from '#components/change/acting/drift-notice.tsx';
import { UnresolvedNotice } from '#components/change/commenting/unresolved-notice.tsx';
import { ChangeAside } from '#components/change/reading/change-aside.tsx';
import { ChangeTags } from '#components/change/reading/change-tags.tsx';
import { ArmedNotice } from '#components/change/reading/notices/armed-notice.tsx';
import { DoneNotice } from '#components/change/reading/notices/done-notice.tsx';
import { RefusedNotice } from '#components/change/reading/notices/refused-notice.tsx';
import { VoidedNotice } from '#components/change/reading/notices/voided-notice.tsx';
import { SeatsPanel } from '#components/change/reading/seats-panel.tsx';
import { Live } from '#components/live/live.tsx';
import { Page, PageHead } from '#components/ui/layout/page-head.tsx';
import { Tabs } from '#components/ui/layout/tabs.tsx';
import { mayReadChange } from '#lib/access/policy.ts';
import { requireActor } from '#lib/access/require-actor.ts';
import { changeName, seatInTurn } from '#lib/domain/change.ts';
import { store } from '#lib/store/client.ts';
import { targets } from '#lib/targets/load-targets.ts';
import { readChange } from '#lib/views/change/read-change.ts';
import { readDrift } from '#lib/views/change/revision/read-drift.ts';
import { liveNow } from '../../live-now.ts';
import { copyAction, disarmAction, revokeAction, standByAction } from './actions.ts';
import { changeNumber } from './change-number.ts';
import { HeadActions, hasActions } from './head-actions.tsx';
import { Tab } from './tab.tsx';
import { tabSchema, tabsOf } from './tabs.ts';

type Props = { params: Promise<{ number: string }>; searchParams: Promise<Record<string, string | string[] | undefined>> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
	return { title: changeName(await changeNumber(params)) };
}

export default async function ChangePage({ params, searchParams }: Props) {
	const actor = await requireActor();
	const number = await changeNumber(params);
	const search = tabSchema.parse(await searchParams);
	const live = await liveNow();
	const mayRead = mayReadChange(actor) === true;
	const change = mayRead ? await readChange({ store: store(), targets: targets(), actor, number, now: new Date() }) : null;
	if (!change) notFound();
	const ids = { changeId: change.id, number: String(number) };
	const title = {
		what: 'What it does',
		sql: `SQL · ${change.files.length}`,
		compare: 'Compare',
		comments: change.openComments > 0 ? `Comments · ${change.openComments}` : 'Comments',
		checks: 'Checks',
		rehearsal: 'Rehearsal',
		runs: `Runs · ${change.runs}`,
		record: 'Record',
	};
	// SQL takes the whole width; the aside then goes below.
	const isWide = search.tab === 'sql' || search.tab === 'compare';
	return (
		<Page>
			<PageHead
				trail={[{ label: 'Changes', href: '/changes' }, { label: changeName(number) }]}
				title={change.title}
				tags={
					<>
						<ChangeTags change={change} />
						<Live shows={{ change: change.id }} {...live} />
					</>
				}
				actions={hasActions(change.actions) && <HeadActions change={change} />}
			/>
			<DoneNotice done={search.done} hash={search.hash} isApproved={change.status === 'approved'} />
			<VoidedNotice voided={change.voided} />
			<RefusedNotice seats={change.seats} revision={change.revision} mayAnswer={change.actions.revise} />
			<ArmedNotice
				armed={change.armed}
				disarm={
					change.actions.disarm && (
						<ActButton action={disarmAction} fields={ids} label="Disarm" pending="Disarming…" className="max-sm:h-11" />
					)
				}
			/>
			{change.isLive && change.status !== 'running' && (
				<Suspense>
					<Drifted change={change} />
				</Suspense>
			)}
			<UnresolvedNotice why={change.mustResolve} href={`/changes/${number}?tab=comments`} />
			<SeatsPanel
				seats={change.seats}
				isOpen={seatInTurn(change.status) !== null}
				revoke={
					<div className="mt-2" data-print="hide">
						<ActDialog
							label="Revoke my signature…"
							kind="secondary"
							size="small"
							title="Revoke your signature?"
							action={revokeAction}
							fields={ids}
							confirm={{ label: 'Revoke my signature', pending: 'Revoking…', kind: 'danger' }}
						>
							<p className="prose">
								The change goes back to this seat. Signatures after yours build on it, so they are revoked too. The record keeps all of
								them.
							</p>
						</ActDialog>
					</div>
				}
			/>
			<div className={`grid gap-x-4.5 gap-y-7 ${isWide ? '' : 'lg:grid-cols-[minmax(0,1fr)_320px]'}`}>
				<div className="min-w-0">
					<Tabs
						label="Parts of the change"
						tabs={tabsOf(change).map((tab) => ({ href: `/changes/${number}?tab=${tab}`, title: title[tab], current: tab === search.tab }))}
					/>
					<div className="peer-has-data-pending:opacity-50">
						<Tab change={change} search={search} actor={actor} />
					</div>
				</div>
				<ChangeAside
					change={change}
					isBelow={isWide}
					copy={
						change.actions.copy && (
							<ActButton action={copyAction} fields={ids} label="File a copy" pending="Copying…" size="small" className="max-sm:h-11" />
						)
					}
					checkIn={
						change.actions.standBy && (
							<ActButton
								action={standByAction}
								fields={ids}
								label="I am standing by"
								pending="Checking in…"
								className="max-sm:h-11 max-sm:w-full"
							/>
						)
					}
				/>
			</div>
		</Page>
	);
}

/** Told when the target has answered; the page does not wait for it. */
async function Drifted({ change }: { change: NonNullable<Awaited<ReturnType<typeof readChange>>> }) {
	const target = targets().byName.get(change.target);
	if (!target) return null;
	const drift = await readDrift(store(), { ...change, changeId: change.id, target }, new Date());
	return <DriftNotice drift={drift} target={change.target} />;
}
