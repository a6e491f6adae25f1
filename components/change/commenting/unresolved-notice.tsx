import Link from 'next/link';
import { Notice } from '#components/ui/notice.tsx';

/** Why open comments keep a change from being signed, and where they are. */
export function UnresolvedNotice({ why, href }: { why: string | null; href: string }) {
	if (why === null) return null;
	return (
		<div className="mb-4">
			<Notice tone="wait" title={why}>
				<Link href={href} scroll={false} className="underline">
					Read the comments
				</Link>
			</Notice>
		</div>
	);
}
