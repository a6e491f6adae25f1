import { CalendarClock, LockKeyholeOpen, type LucideIcon, Snowflake } from 'lucide-react';
import type { Metadata } from 'next';
import Link from 'next/link';
import { notFound } from 'next/navigation';
import { Live } from '#components/live/live.tsx';
import { EmptyState } from '#components/ui/layout/empty-state.tsx';
import { Page, PageHead } from '#components/ui/layout/page-head.tsx';
import { Row, RowList, Section } from '#components/ui/layout/panel.tsx';
import { Span } from '#components/ui/time/span.tsx';
import { mayReadTargets } from '#lib/access/policy.ts';
import { requireActor } from '#lib/access/require-actor.ts';
import { changeName } from '#lib/domain/change.ts';
import { store } from '#lib/store/client.ts';
import { targets } from '#lib/targets/load-targets.ts';
import { CALENDAR_DAYS, type CalendarEntry, readCalendar } from '#lib/views/read-calendar.ts';
import { liveNow } from '../live-now.ts';

export const metadata: Metadata = { title: 'Calendar' };

const LOOK: Record<CalendarEntry['kind'], { icon: LucideIcon; ink: string }> = {
	open: { icon: LockKeyholeOpen, ink: 'text-done' },
	freeze: { icon: Snowflake, ink: 'text-wait' },
	armed: { icon: CalendarClock, ink: 'text-accent' },
};

export default async function CalendarPage() {
	const actor = await requireActor();
	if (mayReadTargets(actor) !== true) notFound();
	const live = await liveNow();
	const calendar = await readCalendar({ store: store(), targets: targets(), now: new Date() });
	return (
		<Page>
			<PageHead
				trail={[{ label: 'Targets', href: '/targets' }, { label: 'Calendar' }]}
				title="Calendar"
				tags={
					<>
						<span>Windows, freezes and armed starts of the next {CALENDAR_DAYS} days.</span>
						<Live shows="changes" {...live} />
					</>
				}
			/>
			<div className="grid gap-7">
				{calendar.map(({ target, entries }) => (
					<Section key={target} id={target} title={target}>
						{entries.length === 0 && <EmptyState title="No entries">The window does not open in this period.</EmptyState>}
						{entries.length > 0 && (
							<RowList>
								{entries.map((entry) => (
									<Entry key={`${entry.kind} ${entry.from} ${entry.kind === 'armed' ? entry.number : ''}`} entry={entry} />
								))}
							</RowList>
						)}
					</Section>
				))}
			</div>
		</Page>
	);
}

function Entry({ entry }: { entry: CalendarEntry }) {
	const { icon: Icon, ink } = LOOK[entry.kind];
	return (
		<Row className="flex-wrap gap-x-4 gap-y-1">
			<Icon className={`mt-0.5 size-4 flex-none self-start ${ink}`} strokeWidth={1.75} aria-hidden />
			<div className="min-w-0 flex-1 basis-56 [overflow-wrap:anywhere]">
				{entry.kind === 'open' && 'Window open'}
				{entry.kind === 'freeze' && `Frozen: ${entry.reason}`}
				{entry.kind === 'armed' && (
					<>
						<Link href={`/changes/${entry.number}`} className="font-medium hover:underline">
							{changeName(entry.number)} · {entry.title}
						</Link>
						<p className="text-sm text-ink-2">Starts automatically, armed by {entry.operator}</p>
					</>
				)}
			</div>
			<span className="max-sm:w-full max-sm:pl-8">
				<Span from={entry.from} to={entry.kind === 'armed' ? entry.from : entry.to} />
			</span>
		</Row>
	);
}
