import type { Metadata } from 'next';
import { NoticeChoices } from '#components/settings/notice-choices.tsx';
import { ButtonLink } from '#components/ui/form/button.tsx';
import { Page, PageHead } from '#components/ui/layout/page-head.tsx';
import { Notice } from '#components/ui/notice.tsx';
import { mayReadDeliveries } from '#lib/access/policy.ts';
import { requireActor } from '#lib/access/require-actor.ts';
import { ROAD_TITLE, ROADS } from '#lib/domain/notice.ts';
import { env } from '#lib/env.ts';
import { readChoices } from '#lib/notify/choose-notices.ts';
import { openRoads, roadsOf } from '#lib/notify/roads.ts';
import { store } from '#lib/store/client.ts';
import { chooseNoticesAction } from './actions.ts';

export const metadata: Metadata = { title: 'Notifications' };

export default async function NotificationsPage() {
	const actor = await requireActor();
	const open = openRoads(roadsOf(env()));
	const off = ROADS.filter((road) => !open.includes(road)).map((road) => ROAD_TITLE[road]);
	return (
		<Page>
			<PageHead
				trail={[{ label: 'Inbox', href: '/' }, { label: 'Notifications' }]}
				title="Notifications"
				tags={
					<span>
						Mail goes only to you, at {actor.email}. Chat and webhook are one message for everybody; it names the people who want it. Nobody
						is notified of their own actions.
					</span>
				}
				actions={mayReadDeliveries(actor) === true && <ButtonLink href="/settings/deliveries">Deliveries</ButtonLink>}
			/>
			<div className="grid gap-4">
				{off.length > 0 && (
					<Notice tone="accent" title={`Off in this console: ${off.join(', ')}`}>
						Whoever deploys it has not set {off.length === 1 ? 'it' : 'them'}. What you choose here counts once{' '}
						{off.length === 1 ? 'it is' : 'they are'}.
					</Notice>
				)}
				<NoticeChoices choices={await readChoices(store(), actor.id)} open={open} action={chooseNoticesAction} />
			</div>
		</Page>
	);
}
