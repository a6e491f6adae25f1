import { Notice } from '#components/ui/notice.tsx';
import type { Drift } from '#lib/domain/drift.ts';

/** What others have changed on the target since the revision was filed, by object: a run would refuse it. Nothing where it is as it was. */
export function DriftNotice({ drift, target }: { drift: Drift; target: string }) {
	if (!drift.known)
		return (
			<p className="mb-4 text-sm text-ink-2">
				Whether {target} has changed since this revision was filed is not known: {drift.why}. A run asks again.
			</p>
		);
	if (!drift.hasChanged) return null;
	return (
		<div className="mb-4">
			<Notice tone="fail" title={`${target} has changed since this revision was filed`}>
				{drift.objects.length > 0 && (
					<ul className="my-1 list-disc pl-5">
						{drift.objects.map((object) => (
							<li key={object}>{object}</li>
						))}
						{drift.more > 0 && <li>and {drift.more.toLocaleString('en')} more</li>}
					</ul>
				)}
				<p>A run would stop before it changes anything. File a new revision on the database as it is now.</p>
			</Notice>
		</div>
	);
}
