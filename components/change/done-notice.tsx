import { Copyable } from '#components/ui/copyable.tsx';
import { LiveRegion } from '#components/ui/live-region.tsx';
import { Notice } from '#components/ui/notice.tsx';

const WORDS = {
	signed: 'Signed.',
	refused: 'Refused. The change goes back to its requester, with your reason.',
	revoked: 'Your signature is revoked. The change waits for that seat again.',
	withdrawn: 'Withdrawn. Nothing on the target was changed.',
	'standing-by': 'You are standing by. It counts for 30 minutes.',
	revised: 'A new revision is filed. Every signature on the one before is void.',
};

/** What this person has just done, said once more where it can be heard. */
export function DoneNotice({ done, hash, isApproved }: { done: keyof typeof WORDS | null; hash: string | null; isApproved: boolean }) {
	const words =
		done && (done === 'signed' && isApproved ? 'Signed. All three seats have signed: an operator may execute it.' : WORDS[done]);
	return (
		<>
			<LiveRegion urgency="polite">{words ?? ''}</LiveRegion>
			{words && (
				<div className="mb-4">
					<Notice tone="done" title={words}>
						{hash && (
							<p>
								Hash of your statement: <Copyable value={hash} shown={`${hash.slice(0, 16)}…`} label="statement hash" />
							</p>
						)}
					</Notice>
				</div>
			)}
		</>
	);
}
