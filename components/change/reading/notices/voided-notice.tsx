import Link from 'next/link';
import { Notice } from '#components/ui/notice.tsx';

/** The signatures count no more, though nobody took one back: why, and through which run. */
export function VoidedNotice({ voided }: { voided: { reason: string; runId: string } | null }) {
	if (!voided) return null;
	return (
		<div className="mb-4">
			<Notice tone="wait" title="The signatures are void">
				<p>
					{voided.reason}{' '}
					<Link href={`/runs/${voided.runId}`} className="underline">
						The run
					</Link>
				</p>
			</Notice>
		</div>
	);
}
