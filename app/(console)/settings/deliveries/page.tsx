import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { ActDialog } from '#components/change/acting/act-dialog.tsx';
import { DeliveryList } from '#components/settings/delivery-list.tsx';
import { Page, PageHead } from '#components/ui/layout/page-head.tsx';
import { BodyRow, Cell, HeadRow, Table } from '#components/ui/layout/table.tsx';
import { Notice } from '#components/ui/notice.tsx';
import { mayReadDeliveries } from '#lib/access/policy.ts';
import { requireActor } from '#lib/access/require-actor.ts';
import { store } from '#lib/store/client.ts';
import { readDeliveries } from '#lib/views/read-deliveries.ts';
import { sendAgainAction } from './actions.ts';

export const metadata: Metadata = { title: 'Deliveries' };

/** What people were to be told and were not: for administrators. */
export default async function DeliveriesPage() {
	const actor = await requireActor();
	if (mayReadDeliveries(actor) !== true) notFound();
	const { troubled, untold, roads } = await readDeliveries(store());
	const isAnyGivenUp = roads.some(({ failed }) => failed > 0);
	return (
		<Page>
			<PageHead
				trail={[{ label: 'Notifications', href: '/settings/notifications' }, { label: 'Deliveries' }]}
				title="Deliveries"
				tags={<span>Notifications that were not delivered. Each is tried for about nine hours and kept here for 90 days.</span>}
				actions={
					isAnyGivenUp && (
						<ActDialog
							label="Send again"
							kind="secondary"
							title="Send failed notifications again"
							action={sendAgainAction}
							fields={{}}
							confirm={{ label: 'Send again', pending: 'Sending…', kind: 'primary' }}
						>
							<p>All failed notifications are tried again from now on, however old they are.</p>
						</ActDialog>
					)
				}
			/>
			<div className="grid gap-5">
				{untold.map(({ seq, error }) => (
					<Notice key={seq} tone="fail" title={`Entry ${seq} of the record could not be sent`}>
						{error} It is tried again.
					</Notice>
				))}
				<DeliveryList rows={troubled} />
				<Table label="By channel">
					<HeadRow columns={['Road', { number: 'Sent' }, { number: 'Waiting' }, { number: 'Given up' }]} />
					<tbody>
						{roads.map(({ title, sent, waiting, failed }) => (
							<BodyRow key={title}>
								<Cell>{title}</Cell>
								{[sent, waiting, failed].map((count, index) => (
									// biome-ignore lint/suspicious/noArrayIndexKey: three fixed columns
									<Cell key={index} className="mono text-right">
										{count.toLocaleString('en')}
									</Cell>
								))}
							</BodyRow>
						))}
					</tbody>
				</Table>
			</div>
		</Page>
	);
}
