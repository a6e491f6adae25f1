import { randomUUID } from 'node:crypto';
import type { Metadata } from 'next';
import { z } from 'zod';
import { ChangeForm } from '#components/change/filing/change-form.tsx';
import { ButtonLink } from '#components/ui/form/button.tsx';
import { Page, PageHead } from '#components/ui/layout/page-head.tsx';
import { Notice } from '#components/ui/notice.tsx';
import type { Actor } from '#lib/access/actor.ts';
import { mayFile, mayReadWrongTemplates } from '#lib/access/policy.ts';
import { requireActor } from '#lib/access/require-actor.ts';
import { countWords } from '#lib/domain/wording/count-words.ts';
import { store } from '#lib/store/client.ts';
import { targets } from '#lib/targets/load-targets.ts';
import { offeredTemplates } from '#lib/templates/offered-templates.ts';
import type { Template, WrongTemplate } from '#lib/templates/read-templates.ts';
import { readDraft } from '#lib/views/change/read-drafts.ts';
import { readFormChoices } from '#lib/views/change/read-form-choices.ts';
import { saveDraftAction } from '../draft-actions.ts';
import { fileChangeAction } from './actions.ts';
import { readTemplateAction } from './template-action.ts';

export const metadata: Metadata = { title: 'New change' };

const EMPTY = {
	target: '',
	title: '',
	reason: '',
	whyNotStaging: '',
	risk: '',
	responders: [],
	manifest: null,
} as const;

type Search = Promise<Record<string, string | string[] | undefined>>;
const searchSchema = z.object({ draft: z.uuid().optional().catch(undefined) });

export default async function NewChangePage({ searchParams }: { searchParams: Search }) {
	const actor = await requireActor();
	const allowed = mayFile(actor);
	const { templates, wrong } = await offeredTemplates();
	const { draft: id } = searchSchema.parse(await searchParams);
	return (
		<Page>
			<PageHead trail={[{ label: 'Changes', href: '/changes' }, { label: 'New' }]} title="New change" />
			{mayReadWrongTemplates(actor) === true && <WrongTemplates wrong={wrong} />}
			{allowed === true ? (
				<Drafting actor={actor} id={id ?? null} templates={templates} />
			) : (
				<Notice tone="neutral" title={allowed}>
					Changes are filed by people with the role Requester.
				</Notice>
			)}
		</Page>
	);
}

async function Drafting({ actor, id, templates }: { actor: Actor; id: string | null; templates: Template[] }) {
	const draft = id && (await readDraft({ store: store(), actor, which: { id, changeId: null } }));
	if (id && !draft) {
		return (
			<div className="grid justify-items-start gap-4">
				<Notice tone="neutral" title="This draft is not here any more">
					It was filed or discarded. Only whoever wrote a draft can open it.
				</Notice>
				<ButtonLink href="/changes">See the changes</ButtonLink>
			</div>
		);
	}
	const { state, text, files } = draft || { state: null, text: { ...EMPTY, responders: [] }, files: [] };
	return (
		<ChangeForm
			revises={null}
			action={fileChangeAction}
			save={saveDraftAction.bind(null, null)}
			draftId={state?.id ?? randomUUID()}
			version={state?.version ?? 0}
			savedAt={state?.savedAt ?? null}
			keepKey={`countersign.draft.${actor.id}`}
			initial={text}
			files={files}
			templates={templates.length > 0 ? { offered: templates, load: readTemplateAction } : undefined}
			{...(await readFormChoices({ store: store(), targets: targets() }))}
			submitLabel="File the change"
		/>
	);
}

function WrongTemplates({ wrong }: { wrong: WrongTemplate[] }) {
	if (wrong.length === 0) return null;
	return (
		<div className="mb-5">
			<Notice tone="wait" title={`${countWords(wrong.length, 'template')} cannot be used`}>
				<ul>
					{wrong.map(({ name, why }) => (
						<li key={name}>
							<code>{name}</code>: {why}
						</li>
					))}
				</ul>
			</Notice>
		</div>
	);
}
