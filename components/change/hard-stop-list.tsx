import { Circle, CircleCheck, Hourglass } from 'lucide-react';

type HardStop = { name: string; title: string; state: 'met' | 'not met' | 'proved by the run'; evidence: string };

const LOOK = {
	met: { icon: CircleCheck, ink: 'text-done', word: 'Met' },
	'not met': { icon: Circle, ink: 'text-wait', word: 'Not met yet' },
	'proved by the run': { icon: Hourglass, ink: 'text-ink-3', word: 'Proved by the run' },
};

/** The five hard stops with their evidence. Those that only a run can prove stop the run if they fail. */
export function HardStopList({ stops }: { stops: HardStop[] }) {
	return (
		<ol className="panel divide-y divide-line">
			{stops.map((stop) => {
				const { icon: Icon, ink, word } = LOOK[stop.state];
				return (
					<li key={stop.name} className="flex gap-2.5 px-3.5 py-2.5">
						<Icon className={`mt-0.5 size-4 flex-none ${ink}`} strokeWidth={1.75} aria-hidden />
						<div className="min-w-0 [overflow-wrap:anywhere]">
							{stop.title}
							<p className="text-sm text-ink-2">
								<span className={ink}>{word}</span> · {stop.evidence}
							</p>
						</div>
					</li>
				);
			})}
		</ol>
	);
}
