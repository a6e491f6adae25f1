import type { Metadata } from 'next';
import { ButtonLink } from '#components/ui/button.tsx';
import { Page, PageHead } from '#components/ui/page-head.tsx';

export const metadata: Metadata = { title: 'Not found' };

/** A change, a run or a page of the console that is not there: the bar around it stays. */
export default function NotFound() {
	return (
		<Page>
			<PageHead title="There is nothing here" />
			<p className="prose text-ink-2">The address is wrong, or what it names is not yours to see. Nothing was changed.</p>
			<div className="mt-5">
				<ButtonLink href="/">Go to the inbox</ButtonLink>
			</div>
		</Page>
	);
}
