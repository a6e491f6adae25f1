import { type Finding, SEVERITIES } from '#lib/domain/bundle/finding.ts';
import type { Target } from '#lib/domain/target/target.ts';

/** The findings with the severities of the target's definition, where those ask more. */
export function raiseSeverities({ severities }: Target, findings: Finding[]): Finding[] {
	return findings.map((finding) => {
		const wanted = severities[finding.code];
		const asksMore = wanted !== undefined && SEVERITIES.indexOf(wanted) < SEVERITIES.indexOf(finding.severity);
		return asksMore ? { ...finding, severity: wanted } : finding;
	});
}
