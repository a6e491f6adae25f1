import type { Metadata } from 'next';
import Link from 'next/link';
import { notFound } from 'next/navigation';
import { z } from 'zod';
import { DecideBar } from '#components/change/acting/decide-bar.tsx';
import { DecisionForm } from '#components/change/acting/decision-form.tsx';
import { StatementView } from '#components/change/acting/statement-view.tsx';
import { Live } from '#components/live/live.tsx';
import { ButtonLink } from '#components/ui/form/button.tsx';
import { Page, PageHead } from '#components/ui/layout/page-head.tsx';
import { Section } from '#components/ui/layout/panel.tsx';
import { Notice } from '#components/ui/notice.tsx';
import { requireActor } from '#lib/access/require-actor.ts';
import { changeName } from '#lib/domain/change.ts';
import { ROLE_TITLE, SEATS } from '#lib/domain/roles.ts';
import { store } from '#lib/store/client.ts';
import { targets } from '#lib/targets/load-targets.ts';
import { readSignPage } from '#lib/views/change/read-sign-page.ts';
import { readSql } from '#lib/views/change/revision/read-sql.ts';
import { liveNow } from '../../../live-now.ts';
import { changeNumber } from '../change-number.ts';
import { pickedLine } from '../picked-line.ts';
import { refuseAction, signAction } from './actions.ts';
import { ReadFirst } from './read-first.tsx';

type Props = { params: Promise<{ number: string }>; searchParams: Promise<Record<string, string | string[] | undefined>> };

const searchSchema = z.object({
	seat: z.enum(SEATS),
	decision: z.enum(['approve', 'refuse']).catch('approve'),
	/** The file whose SQL is shown in its place on the page. */
	file: z.string().max(500).nullable().catch(null).default(null),
	page: z.coerce.number().int().min(1).catch(1),
	line: pickedLine,
});
type Search = z.infer<typeof searchSchema>;

export async function generateMetadata({ params }: Props): Promise<Metadata> {
	return { title: `Sign ${changeName(await changeNumber(params))}` };
}

export default async function SignPage({ params, searchParams }: Props) {
	const actor = await requireActor();
	const number = await changeNumber(params);
	const search = searchSchema.safeParse(await searchParams);
	if (!search.success) notFound();
	const { seat, decision } = search.data;
	const live = await liveNow();
	const page = await readSignPage({ store: store(), targets: targets(), actor, number, seat, now: new Date() });
	if (!page) notFound();
	const hereAs = (as: Search['decision']) => `/changes/${number}/sign?seat=${seat}${as === 'refuse' ? '&decision=refuse' : ''}`;
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
				tags={
					<>
						<span className="text-base">{page.title}</span>
						<Live shows={{ change: page.id }} {...live} />
					</>
				}
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
					<div className="flex min-w-0 flex-col gap-7">
						<ReadFirst page={page} sql={await readChosenSql(page, search.data)} here={hereAs(decision)} line={search.data.line} />
						<Section id="statement" title={decision === 'approve' ? 'What you sign' : 'What you refuse'}>
							<StatementView {...page} files={page.files.length} isRefusal={decision === 'refuse'} />
						</Section>
						<DecideBar harm={page.plan.harm} label={decision === 'approve' ? `Sign as ${role}` : `Refuse as ${role}`} to="decide" />
					</div>
					<Section
						id="decide"
						title={decision === 'approve' ? 'Your signature' : 'Your refusal'}
						className="scroll-mt-16 lg:sticky lg:top-16 lg:self-start"
					>
						{decision === 'approve' && page.notYet !== null ? (
							<Notice tone="wait" title={page.notYet.title}>
								<p>{page.notYet.why}</p>
								<p className="mt-1">
									<Link href={hereAs('refuse')} className="underline">
										Refuse instead, with a reason
									</Link>
								</p>
							</Notice>
						) : (
							<DecisionForm
								key={decision}
								decision={decision}
								action={decision === 'approve' ? signAction : refuseAction}
								fields={{ changeId: page.id, number: String(number), digest: page.statement.digest, seat }}
								email={actor.email}
								role={role}
								otherHref={hereAs(decision === 'approve' ? 'refuse' : 'approve')}
								harm={page.plan.harm}
							/>
						)}
					</Section>
				</div>
			)}
		</Page>
	);
}

function readChosenSql(change: { id: string; revision: number }, { file, page }: Search) {
	return file === null ? null : readSql({ store: store(), changeId: change.id, revision: change.revision, path: file, page });
}
