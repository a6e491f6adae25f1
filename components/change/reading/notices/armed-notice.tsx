import type { ReactNode } from 'react';
import { Notice } from '#components/ui/notice.tsx';
import { Countdown, Time } from '#components/ui/time/time.tsx';

type Armed = { startsAt: string; operator: string; missed: string | null };

/** That the change starts by itself, and when; or that it was to start and did not, and why. `disarm`: the button for it. */
export function ArmedNotice({ armed, disarm }: { armed: Armed | null; disarm: ReactNode }) {
	if (!armed) return null;
	if (armed.missed !== null)
		return (
			<div className="mb-4">
				<Notice tone="wait" title="The armed start was missed">
					<p>
						It was to start at <Time at={armed.startsAt} />. {armed.missed}
					</p>
				</Notice>
			</div>
		);
	return (
		<div className="mb-4 grid gap-2">
			<Notice
				tone="accent"
				title={
					<>
						Starts by itself at <Time at={armed.startsAt} relative={false} />
					</>
				}
			>
				<p>
					Armed by {armed.operator}. <Countdown to={armed.startsAt} before="It starts in" after="It starts within a minute" />, if every
					hard stop is met then. Responders check in at most 30 minutes before.
				</p>
			</Notice>
			{disarm}
		</div>
	);
}
