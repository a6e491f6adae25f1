import type { Metadata } from 'next';
import { Markdown } from '#components/help/markdown.tsx';
import { Page, PageHead } from '#components/ui/layout/page-head.tsx';
import { requireActor } from '#lib/access/require-actor.ts';
import { readDocument } from '#lib/views/read-document.ts';

export const metadata: Metadata = { title: 'Failures' };

/** Every way a run can fail. The run's page links to the failure it had. */
export default async function FailuresPage() {
	await requireActor();
	return (
		<Page>
			<PageHead trail={[{ label: 'Inbox', href: '/' }]} title="Failures: what each one means and what to do" tags={null} />
			<Markdown text={await readDocument('failures')} />
		</Page>
	);
}
