import type { SeenRoute } from '#lib/domain/route.ts';
import { RouteWords } from './route-words.tsx';

/** The requester's own words: why, and, where it goes straight to production, why that; else what has run before. */
export function WhyWords({ reason, whyNotStaging, route }: { reason: string; whyNotStaging: string; route: SeenRoute }) {
	return (
		<>
			<p className="prose whitespace-pre-wrap [overflow-wrap:anywhere]">{reason}</p>
			<h3 className="mt-3 text-sm font-medium text-ink-2">Staging → production</h3>
			<RouteWords route={route} />
			{route.kind === 'direct' && (
				<>
					<h3 className="mt-3 text-sm font-medium text-ink-2">Why not staging → production</h3>
					<p className="prose whitespace-pre-wrap [overflow-wrap:anywhere]">{whyNotStaging}</p>
				</>
			)}
		</>
	);
}
