import { Circle, CircleCheck } from 'lucide-react';
import type { ReactNode } from 'react';
import { Time } from '#components/ui/time/time.tsx';

/** The named responders, and who has checked in during the last 30 minutes. `checkIn` is the viewer's own button. */
export function ResponderList({
	isLive,
	responders,
	checkIn,
}: {
	/** Whether standing by still matters. A change that has ended shows who stood by. */
	isLive: boolean;
	responders: { name: string; isYou: boolean; since: string | null }[];
	checkIn: ReactNode;
}) {
	return (
		<ul className="panel divide-y divide-line">
			{responders.map((responder) => (
				<li key={responder.name} className="grid gap-2 px-3.5 py-2.5">
					<div className="flex gap-2.5">
						{responder.since ? (
							<CircleCheck className="mt-0.5 size-4 flex-none text-done" strokeWidth={1.75} aria-hidden />
						) : (
							<Circle className={`mt-0.5 size-4 flex-none ${isLive ? 'text-wait' : 'text-ink-3'}`} strokeWidth={1.75} aria-hidden />
						)}
						<div className="min-w-0">
							{responder.name}
							{responder.isYou && <span className="text-ink-2"> (you)</span>}
							<p className="text-sm text-ink-2">
								{responder.since ? (
									<>
										<span className="text-done">{isLive ? 'Standing by' : 'Stood by'}</span> · <Time at={responder.since} />
									</>
								) : (
									<span className={isLive ? 'text-wait' : undefined}>{isLive ? 'Not standing by' : 'Did not stand by'}</span>
								)}
							</p>
						</div>
					</div>
					{responder.isYou && checkIn}
				</li>
			))}
		</ul>
	);
}
