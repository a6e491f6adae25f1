import { Copyable } from '#components/ui/copyable.tsx';
import { LiveRegion } from '#components/ui/live-region.tsx';
import { Notice } from '#components/ui/notice.tsx';

const WORDS = {
	signed: 'Signed.',
	refused: 'Refused. The change goes back to its requester, with your reason.',
	revoked: 'Your signature is revoked. The change is back at that seat.',
	withdrawn: 'Withdrawn. Nothing on the target was changed.',
	'standing-by': 'You are standing by. This is valid for 30 minutes.',
	armed: 'Armed. The change starts by itself at that time.',
	disarmed: 'Disarmed. The change does not start by itself.',
	revised: 'A new revision is filed. Every signature on the previous one is void.',
};

/** Confirms what this person has just done, for screen readers too. */
export function DoneNotice({ done, hash, isApproved }: { done: keyof typeof WORDS | null; hash: string | null; isApproved: boolean }) {
	const words =
		done && (done === 'signed' && isApproved ? 'Signed. Everybody has signed: an operator may now execute the change.' : WORDS[done]);
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
