/** The requester's own words: why, and why not through staging. */
export function WhyWords({ reason, whyNotStaging }: { reason: string; whyNotStaging: string }) {
	return (
		<>
			<p className="prose whitespace-pre-wrap [overflow-wrap:anywhere]">{reason}</p>
			<h3 className="mt-3 text-sm font-medium text-ink-2">Why not staging → production</h3>
			<p className="prose whitespace-pre-wrap [overflow-wrap:anywhere]">{whyNotStaging}</p>
		</>
	);
}
