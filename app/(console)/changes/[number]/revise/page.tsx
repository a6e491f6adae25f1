import { randomUUID } from 'node:crypto';
import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { ChangeForm } from '#components/change/filing/change-form.tsx';
import { ButtonLink } from '#components/ui/form/button.tsx';
import { Page, PageHead } from '#components/ui/layout/page-head.tsx';
import { Notice } from '#components/ui/notice.tsx';
import { requireActor } from '#lib/access/require-actor.ts';
import { changeName } from '#lib/domain/change.ts';
import { store } from '#lib/store/client.ts';
import { targets } from '#lib/targets/load-targets.ts';
import { readFormChoices } from '#lib/views/change/read-form-choices.ts';
import { readRevisePage } from '#lib/views/change/read-revise-page.ts';
import { saveDraftAction } from '../../draft-actions.ts';
import { changeNumber } from '../change-number.ts';
import { reviseAction } from './actions.ts';

type Props = { params: Promise<{ number: string }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
	return { title: `Revise ${changeName(await changeNumber(params))}` };
}

export default async function RevisePage({ params }: Props) {
	const actor = await requireActor();
	const number = await changeNumber(params);
	const page = await readRevisePage({ store: store(), actor, number });
	if (!page) notFound();
	return (
		<Page>
			<PageHead
				trail={[{ label: 'Changes', href: '/changes' }, { label: changeName(number), href: `/changes/${number}` }, { label: 'Revise' }]}
				title={`Revise ${changeName(number)}`}
				tags={<span className="text-base">{page.title}</span>}
			/>
			{page.form === null ? (
				<div className="grid justify-items-start gap-4">
					<Notice tone="wait" title="You cannot revise this change now">
						{page.whyNot}
					</Notice>
					<ButtonLink href={`/changes/${number}`}>Back to the change</ButtonLink>
				</div>
			) : (
				<div className="grid gap-6">
					<Notice
						tone="wait"
						title={`Filing creates revision ${page.form.revision + 1} and voids every signature on revision ${page.form.revision}`}
					>
						It must be signed again. The files below are kept unless you remove or replace them.
					</Notice>
					<ChangeForm
						revises={{ changeId: page.form.changeId, revision: page.form.revision }}
						action={reviseAction.bind(null, { number, revision: page.form.revision })}
						save={saveDraftAction.bind(null, { changeId: page.form.changeId, revision: page.form.revision })}
						draftId={page.form.draft?.state.id ?? randomUUID()}
						version={page.form.draft?.state.version ?? 0}
						savedAt={page.form.draft?.state.savedAt ?? null}
						keepKey={`countersign.draft.${actor.id}.${page.form.changeId}.${page.form.revision}`}
						initial={page.form.draft?.text ?? page.form.initial}
						files={page.form.draft?.files ?? page.form.keptFiles}
						{...(await readFormChoices({ store: store(), targets: targets() }))}
						submitLabel={`File revision ${page.form.revision + 1}`}
					/>
				</div>
			)}
		</Page>
	);
}
