import { Notice } from '#components/ui/notice.tsx';
import { Time } from '#components/ui/time/time.tsx';
import { ROLE_TITLE, type Seat } from '#lib/domain/roles.ts';

type SeatProps = { seat: Seat; refused: { name: string; at: string; reason: string } | null };

/** Why this revision was refused, until a new one answers it: the seats are those of the current revision. */
export function RefusedNotice({ seats, revision, mayAnswer }: { seats: SeatProps[]; revision: number; mayAnswer: boolean }) {
	return seats.map(
		({ seat, refused }) =>
			refused && (
				<div key={seat} className="mb-4">
					<Notice tone="fail" title={`${refused.name} refused revision ${revision} as ${ROLE_TITLE[seat]}`}>
						<blockquote className="whitespace-pre-wrap">“{refused.reason}”</blockquote>
						<p className="mt-1 text-sm text-ink-2">
							<Time at={refused.at} />
							{mayAnswer && ' · A new revision answers it.'}
						</p>
					</Notice>
				</div>
			),
	);
}
