import { EmptyState } from '#components/ui/layout/empty-state.tsx';
import { Tag } from '#components/ui/tag.tsx';
import { Time } from '#components/ui/time/time.tsx';
import { countWords } from '#lib/domain/wording/count-words.ts';

type Row = {
	id: string;
	what: string;
	road: string;
	to: string | null;
	headline: string;
	isGivenUp: boolean;
	attempts: number;
	error: string;
	at: string;
	nextAt: string | null;
};

/** What was not delivered, the newest first, each with why. */
export function DeliveryList({ rows }: { rows: Row[] }) {
	if (rows.length === 0)
		return (
			<EmptyState title="Everything was delivered">
				Messages that a mail server or a webhook did not accept appear here, with its answer.
			</EmptyState>
		);
	return (
		<ul aria-label="Not delivered" className="panel divide-y divide-line">
			{rows.map((row) => (
				<li key={row.id} className="grid gap-1 px-3.5 py-2.5">
					<div className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
						<Tag tone={row.isGivenUp ? 'fail' : 'wait'}>{row.isGivenUp ? 'Failed' : 'Will be retried'}</Tag>
						<span className="min-w-0 font-medium [overflow-wrap:anywhere]">{row.headline}</span>
					</div>
					<p className="text-sm text-ink-2 [overflow-wrap:anywhere]">
						{row.road}
						{row.to ? ` to ${row.to}` : ''} · {row.what} · <Time at={row.at} /> · {countWords(row.attempts, 'attempt')}
						{row.nextAt && (
							<>
								{' '}
								· next <Time at={row.nextAt} />
							</>
						)}
					</p>
					<p className="mono text-sm [overflow-wrap:anywhere]">{row.error}</p>
				</li>
			))}
		</ul>
	);
}
