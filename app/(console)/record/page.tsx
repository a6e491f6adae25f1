import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { EntryRow } from '#components/record/entry-row.tsx';
import { RecordFilters } from '#components/record/record-filters.tsx';
import { ButtonLink } from '#components/ui/form/button.tsx';
import { EmptyState } from '#components/ui/layout/empty-state.tsx';
import { Page, PageHead } from '#components/ui/layout/page-head.tsx';
import { mayReadRecord } from '#lib/access/policy.ts';
import { requireActor } from '#lib/access/require-actor.ts';
import { changeName } from '#lib/domain/change.ts';
import { RECORD_KINDS } from '#lib/domain/record.ts';
import { KIND_TITLE } from '#lib/record/kind-title.ts';
import { store } from '#lib/store/client.ts';
import { targets } from '#lib/targets/load-targets.ts';
import { type RecordFilter, readRecord, readRecordPeople, recordFilterSchema, SYSTEM } from '#lib/views/read-record.ts';

export const metadata: Metadata = { title: 'Record' };

export default async function RecordPage({ searchParams }: { searchParams: Promise<Record<string, string | string[] | undefined>> }) {
	const actor = await requireActor();
	if (mayReadRecord(actor) !== true) notFound();
	const filter = recordFilterSchema.parse(given(await searchParams));
	const [{ entries, older }, people] = await Promise.all([readRecord({ store: store(), filter }), readRecordPeople(store())]);
	const { before, ...chosen } = filter;
	return (
		<Page>
			<PageHead
				title={filter.change ? `Record of ${changeName(filter.change)}` : 'Record'}
				tags={<span>Everything that was done, newest first. Each entry contains the hash of the one before it.</span>}
			/>
			<RecordFilters
				chosen={chosen}
				kinds={RECORD_KINDS.map((kind) => ({ value: kind, title: KIND_TITLE[kind] }))}
				actors={[{ value: SYSTEM, title: 'The console itself' }, ...people.map(({ id, name }) => ({ value: id, title: name }))]}
				targets={[...targets().byName.keys()]}
			/>
			{entries.length > 0 ? (
				<ol className="panel divide-y divide-line">
					{entries.map((entry) => (
						<EntryRow key={entry.seq} entry={entry} />
					))}
				</ol>
			) : (
				<EmptyState title="No entry matches">
					Every action of people and of the console appears here. Remove a filter to see more.
				</EmptyState>
			)}
			<nav aria-label="Pages" data-print="hide" className="mt-3 flex gap-2">
				{before !== undefined && <ButtonLink href={addressOf({ ...chosen, before: undefined })}>Newest</ButtonLink>}
				{older !== null && <ButtonLink href={addressOf({ ...chosen, before: Number(older) })}>Older entries</ButtonLink>}
			</nav>
		</Page>
	);
}

/** A form sends its empty fields too: they are not filters. */
function given(params: Record<string, string | string[] | undefined>): Record<string, string | string[] | undefined> {
	return Object.fromEntries(Object.entries(params).filter(([, value]) => value !== ''));
}

function addressOf(filter: RecordFilter): string {
	const query = new URLSearchParams();
	for (const [name, value] of Object.entries(filter)) if (value !== undefined) query.set(name, String(value));
	return query.size > 0 ? `/record?${query}` : '/record';
}
