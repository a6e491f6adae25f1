import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { ActButton } from '#components/change/act-button.tsx';
import { ActDialog } from '#components/change/act-dialog.tsx';
import { ChangeAside } from '#components/change/change-aside.tsx';
import { ChangeTags } from '#components/change/change-tags.tsx';
import { DoneNotice } from '#components/change/done-notice.tsx';
import { SeatsPanel } from '#components/change/seats-panel.tsx';
import { Page, PageHead } from '#components/ui/page-head.tsx';
import { Tabs } from '#components/ui/tabs.tsx';
import { requireActor } from '#lib/access/require-actor.ts';
import { changeName, seatInTurn } from '#lib/domain/change.ts';
import { store } from '#lib/store/client.ts';
import { targets } from '#lib/targets/load-targets.ts';
import { readChange } from '#lib/views/read-change.ts';
import { revokeAction, standByAction } from './actions.ts';
import { changeNumber } from './change-number.ts';
import { HeadActions, hasActions } from './head-actions.tsx';
import { Tab } from './tab.tsx';
import { TABS, tabSchema } from './tabs.ts';

type Props = { params: Promise<{ number: string }>; searchParams: Promise<Record<string, string | string[] | undefined>> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
	return { title: changeName(await changeNumber(params)) };
}

export default async function ChangePage({ params, searchParams }: Props) {
	const actor = await requireActor();
	const number = await changeNumber(params);
	const search = tabSchema.parse(await searchParams);
	const change = await readChange({ store: store(), targets: targets(), actor, number, now: new Date() });
	if (!change) notFound();
	const ids = { changeId: change.id, number: String(number) };
	const title = {
		what: 'What it does',
		sql: `SQL · ${change.files.length}`,
		checks: 'Checks',
		runs: `Runs · ${change.runs}`,
		record: 'Record',
	};
	// SQL takes the whole width; what stands beside the other tabs then stands below.
	const isSql = search.tab === 'sql';
	return (
		<Page>
			<PageHead
				trail={[{ label: 'Changes', href: '/changes' }, { label: changeName(number) }]}
				title={change.title}
				tags={<ChangeTags change={change} />}
				actions={hasActions(change.actions) && <HeadActions change={change} />}
			/>
			<DoneNotice done={search.done} hash={search.hash} isApproved={change.status === 'approved'} />
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
								The change waits for this seat again. Signatures after yours name it as the one before, so they are revoked too. The record
								keeps all of them.
							</p>
						</ActDialog>
					</div>
				}
			/>
			<div className={`grid gap-x-4.5 gap-y-7 ${isSql ? '' : 'lg:grid-cols-[minmax(0,1fr)_320px]'}`}>
				<div className="min-w-0">
					<Tabs
						label="Parts of the change"
						tabs={TABS.map((tab) => ({ href: `/changes/${number}?tab=${tab}`, title: title[tab], current: tab === search.tab }))}
					/>
					<Tab change={change} search={search} />
				</div>
				<ChangeAside
					change={change}
					isBelow={isSql}
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
