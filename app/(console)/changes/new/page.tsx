import type { Metadata } from 'next';
import { ChangeForm } from '#components/change/change-form.tsx';
import { Notice } from '#components/ui/notice.tsx';
import { Page, PageHead } from '#components/ui/page-head.tsx';
import { mayFile } from '#lib/access/policy.ts';
import { requireActor } from '#lib/access/require-actor.ts';
import { store } from '#lib/store/client.ts';
import { targets } from '#lib/targets/load-targets.ts';
import { readFormChoices } from '#lib/views/read-form-choices.ts';
import { fileChangeAction } from './actions.ts';

export const metadata: Metadata = { title: 'New change' };

const EMPTY = {
	target: '',
	title: '',
	reason: '',
	whyNotStaging: '',
	risk: '',
	responders: [],
	sqlName: 'change.sql',
	sql: '',
	manifest: null,
} as const;

export default async function NewChangePage() {
	const actor = await requireActor();
	const allowed = mayFile(actor);
	return (
		<Page>
			<PageHead trail={[{ label: 'Changes', href: '/changes' }, { label: 'New' }]} title="New change" />
			{allowed === true ? (
				<ChangeForm
					action={fileChangeAction}
					draftKey={`countersign.draft.${actor.id}.new`}
					initial={{ ...EMPTY, responders: [] }}
					{...(await readFormChoices({ store: store(), targets: targets() }))}
					submitLabel="File the change"
				/>
			) : (
				<Notice tone="neutral" title={allowed}>
					Changes are filed by people with the role Requester.
				</Notice>
			)}
		</Page>
	);
}
