import type { Metadata } from 'next';
import { PlainPage } from '#components/shell/plain-page.tsx';
import { ButtonLink } from '#components/ui/button.tsx';

export const metadata: Metadata = { title: 'Not found' };

export default function NotFound() {
	return (
		<PlainPage title="There is nothing here">
			<p className="prose text-ink-2">The address is wrong, or what it names is not yours to see. Nothing was changed.</p>
			<div className="mt-5">
				<ButtonLink href="/">Go to the inbox</ButtonLink>
			</div>
		</PlainPage>
	);
}
