import type { Metadata } from 'next';
import { PlainPage } from '#components/shell/plain-page.tsx';
import { buttonLook } from '#components/ui/form/button-look.ts';

export const metadata: Metadata = { title: 'Not found' };

export default function NotFound() {
	return (
		<PlainPage title="Page not found">
			<p className="prose text-ink-2">The address is wrong, or you may not see this page. Nothing was changed.</p>
			<div className="mt-5">
				{/* No link of the router: every page would load its code once more. */}
				<a href="/" className={buttonLook({})}>
					Go to the inbox
				</a>
			</div>
		</PlainPage>
	);
}
