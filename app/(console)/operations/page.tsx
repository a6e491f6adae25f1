import type { Metadata } from 'next';
import { Markdown } from '#components/help/markdown.tsx';
import { Page, PageHead } from '#components/ui/layout/page-head.tsx';
import { requireActor } from '#lib/access/require-actor.ts';
import { readDocument } from '#lib/views/read-document.ts';

export const metadata: Metadata = { title: 'At 02:10' };

/** What each outcome means and what to do: for the operator at night. */
export default async function OperationsPage() {
	await requireActor();
	return (
		<Page>
			<PageHead trail={[{ label: 'Inbox', href: '/' }]} title="Outcomes: what each one means and what to do" tags={null} />
			<Markdown text={await readDocument('operations')} />
		</Page>
	);
}
