import type { Metadata } from 'next';
import { ButtonLink } from '#components/ui/form/button.tsx';
import { Page, PageHead } from '#components/ui/layout/page-head.tsx';

export const metadata: Metadata = { title: 'Not found' };

/** A change, a run or a page that does not exist. The top bar stays. */
export default function NotFound() {
	return (
		<Page>
			<PageHead title="Page not found" />
			<p className="prose text-ink-2">The address is wrong, or you may not see this page. Nothing was changed.</p>
			<div className="mt-5">
				<ButtonLink href="/">Go to the inbox</ButtonLink>
			</div>
		</Page>
	);
}
