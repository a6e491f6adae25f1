import { FindingList } from '#components/change/filing/checking/finding-list.tsx';
import { Section } from '#components/ui/layout/panel.tsx';
import type { Finding } from '#lib/domain/bundle/finding.ts';
import { countWords } from '#lib/domain/wording/count-words.ts';

/** What the review found when the bundle was filed: first what the requester accepted, the notes folded. Nothing when it found nothing. */
export function FindingsView({ findings }: { findings: Finding[] }) {
	if (findings.length === 0) return null;
	const accepted = findings.filter(({ severity }) => severity === 'accept');
	const notes = findings.filter(({ severity }) => severity === 'note');
	return (
		<Section id="findings" title="What the review found" aside="when it was filed">
			<div className="grid gap-3">
				{accepted.length > 0 && <FindingList label="Accepted in" findings={accepted} />}
				{notes.length > 0 && (
					<details>
						<summary className="w-fit rounded-sm font-medium text-accent">{countWords(notes.length, 'note')}</summary>
						<div className="mt-2">
							<FindingList label="Notes on" findings={notes} />
						</div>
					</details>
				)}
			</div>
		</Section>
	);
}
