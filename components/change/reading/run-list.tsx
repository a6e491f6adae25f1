import Link from 'next/link';
import { RunStatusTag } from '#components/run/run-status-tag.tsx';
import { EmptyState } from '#components/ui/layout/empty-state.tsx';
import { Time } from '#components/ui/time/time.tsx';
import type { RunStatus, Truth } from '#lib/domain/run.ts';
import { TruthLine } from '../truth-line.tsx';

type Run = {
	id: string;
	number: number;
	status: RunStatus;
	truth: Truth;
	operator: string;
	revision: number;
	startedAt: string;
	endedAt: string | null;
};

/** The attempts to execute a change, newest first. */
export function RunList({ runs }: { runs: Run[] }) {
	if (runs.length === 0)
		return (
			<EmptyState title="This change has not been run">
				A run appears here when an operator clicks Execute. A second attempt is a second run.
			</EmptyState>
		);
	return (
		<ol className="panel divide-y divide-line">
			{runs.map((run) => (
				<li key={run.id} className="flex flex-wrap items-center gap-x-4 gap-y-1 px-3.5 py-2.5">
					<Link href={`/runs/${run.id}`} className="font-medium text-accent hover:underline">
						Run {run.number}
					</Link>
					<RunStatusTag status={run.status} />
					{run.endedAt === null && <TruthLine truth={run.truth} />}
					<span className="min-w-0 flex-1 text-sm text-ink-2">
						Revision {run.revision} · by {run.operator}
					</span>
					<span className="text-sm text-ink-2">
						<Time at={run.startedAt} />
					</span>
				</li>
			))}
		</ol>
	);
}
