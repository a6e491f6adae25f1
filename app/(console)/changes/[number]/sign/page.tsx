import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { z } from 'zod';
import { DecisionForm } from '#components/change/decision-form.tsx';
import { PlanList } from '#components/change/plan-list.tsx';
import { StatementView } from '#components/change/statement-view.tsx';
import { ButtonLink } from '#components/ui/button.tsx';
import { Notice } from '#components/ui/notice.tsx';
import { Page, PageHead } from '#components/ui/page-head.tsx';
import { Section } from '#components/ui/panel.tsx';
import { requireActor } from '#lib/access/require-actor.ts';
import { changeName } from '#lib/domain/change.ts';
import { ROLE_TITLE, SEATS } from '#lib/domain/roles.ts';
import { store } from '#lib/store/client.ts';
import { targets } from '#lib/targets/load-targets.ts';
import { readSignPage } from '#lib/views/read-sign-page.ts';
import { changeNumber } from '../change-number.ts';
import { refuseAction, signAction } from './actions.ts';

type Props = { params: Promise<{ number: string }>; searchParams: Promise<Record<string, string | string[] | undefined>> };

const searchSchema = z.object({ seat: z.enum(SEATS), decision: z.enum(['approve', 'refuse']).catch('approve') });

export async function generateMetadata({ params }: Props): Promise<Metadata> {
	return { title: `Sign ${changeName(await changeNumber(params))}` };
}

export default async function SignPage({ params, searchParams }: Props) {
	const actor = await requireActor();
	const number = await changeNumber(params);
	const search = searchSchema.safeParse(await searchParams);
	if (!search.success) notFound();
	const { seat, decision } = search.data;
	const page = await readSignPage({ store: store(), targets: targets(), actor, number, seat, now: new Date() });
	if (!page) notFound();
	const here = `/changes/${number}/sign?seat=${seat}`;
	const role = ROLE_TITLE[seat];
	return (
		<Page>
			<PageHead
				trail={[
					{ label: 'Changes', href: '/changes' },
					{ label: changeName(number), href: `/changes/${number}` },
					{ label: decision === 'approve' ? 'Sign' : 'Refuse' },
				]}
				title={decision === 'approve' ? `Sign as ${role}` : `Refuse as ${role}`}
				tags={<span className="text-base">{page.title}</span>}
			/>
			{page.statement === null ? (
				<div className="grid justify-items-start gap-4">
					<Notice tone="wait" title="You cannot sign here now">
						{page.whyNot}
					</Notice>
					<ButtonLink href={`/changes/${number}`}>Back to the change</ButtonLink>
				</div>
			) : (
				<div className="grid gap-6 lg:grid-cols-[minmax(0,1fr)_360px]">
					<div className="grid min-w-0 content-start gap-6">
						<Section
							id="statement"
							title={decision === 'approve' ? 'What you sign' : 'What you refuse'}
							aside={
								<ButtonLink size="small" href={`/changes/${number}?tab=sql`}>
									Read the SQL first
								</ButtonLink>
							}
						>
							<StatementView {...page} isRefusal={decision === 'refuse'} />
						</Section>
						{page.beyondRestore.lines.length > 0 && (
							<Section id="beyond-restore" title="What a restore does not undo">
								<p className="prose mb-2">
									Once committed, the backup can be put back. These stay as the change has made them, until somebody undoes them by hand.
								</p>
								<PlanList {...page.beyondRestore} />
							</Section>
						)}
					</div>
					<Section id="decide" title={decision === 'approve' ? 'Your signature' : 'Your refusal'}>
						<DecisionForm
							key={decision}
							decision={decision}
							action={decision === 'approve' ? signAction : refuseAction}
							fields={{ changeId: page.id, number: String(number), digest: page.statement.digest, seat }}
							email={actor.email}
							role={role}
							otherHref={decision === 'approve' ? `${here}&decision=refuse` : here}
						/>
					</Section>
				</div>
			)}
		</Page>
	);
}
