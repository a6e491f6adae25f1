import { type Finding, findingName } from '#lib/domain/bundle/finding.ts';

/** What the review found in one line, below it. */
export function LineFindings({ findings }: { findings: Finding[] }) {
	if (findings.length === 0) return null;
	return (
		<ul className="grid max-w-[80ch] gap-1 border-l-2 border-line pl-2.5 text-sm whitespace-normal [overflow-wrap:anywhere]">
			{findings.map((finding) => (
				<li key={`${findingName(finding)} ${finding.message}`}>
					<span className={finding.severity === 'accept' ? 'font-semibold text-wait' : 'font-semibold text-ink-2'}>
						{finding.severity === 'accept' ? 'Accepted: ' : 'Note: '}
					</span>
					{finding.message}
				</li>
			))}
		</ul>
	);
}
