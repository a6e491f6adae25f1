import type { Metadata } from 'next';
import { PlainPage } from '#components/shell/plain-page.tsx';
import { ButtonLink } from '#components/ui/form/button.tsx';

export const metadata: Metadata = { title: 'Not found' };

export default function NotFound() {
	return (
		<PlainPage title="Page not found">
			<p className="prose text-ink-2">The address is wrong, or you may not see this page. Nothing was changed.</p>
			<div className="mt-5">
				<ButtonLink href="/">Go to the inbox</ButtonLink>
			</div>
		</PlainPage>
	);
}
