import { Circle, CircleCheck } from 'lucide-react';
import type { ReactNode } from 'react';
import { Time } from '#components/ui/time.tsx';

/** Who is named to be ready, and who has said so in the last 30 minutes. `checkIn` is the button for oneself. */
export function ResponderList({
	responders,
	checkIn,
}: {
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
							<Circle className="mt-0.5 size-4 flex-none text-wait" strokeWidth={1.75} aria-hidden />
						)}
						<div className="min-w-0">
							{responder.name}
							{responder.isYou && <span className="text-ink-2"> (you)</span>}
							<p className="text-sm text-ink-2">
								{responder.since ? (
									<>
										<span className="text-done">Standing by</span> · <Time at={responder.since} />
									</>
								) : (
									<span className="text-wait">Not standing by</span>
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
