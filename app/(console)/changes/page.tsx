import type { Metadata } from 'next';
import Link from 'next/link';
import { StatusTag } from '#components/change/status-tag.tsx';
import { Live } from '#components/live/live.tsx';
import { Button, ButtonLink } from '#components/ui/form/button.tsx';
import { CheckBox } from '#components/ui/form/check-box.tsx';
import { Select, TextInput } from '#components/ui/form/field.tsx';
import { EmptyState } from '#components/ui/layout/empty-state.tsx';
import { Page, PageHead } from '#components/ui/layout/page-head.tsx';
import { Row, RowList } from '#components/ui/layout/panel.tsx';
import { BodyRow, Cell, HeadCell, Table } from '#components/ui/layout/table.tsx';
import { Time } from '#components/ui/time/time.tsx';
import { mayFile } from '#lib/access/policy.ts';
import { requireActor } from '#lib/access/require-actor.ts';
import { CHANGE_STATUSES, changeName, STATUS_TITLE } from '#lib/domain/change.ts';
import { countWords } from '#lib/domain/wording/count-words.ts';
import { store } from '#lib/store/client.ts';
import { targets } from '#lib/targets/load-targets.ts';
import { type ChangesFilter, changesFilterSchema, readChanges } from '#lib/views/read-changes.ts';
import { liveNow } from '../live-now.ts';

export const metadata: Metadata = { title: 'Changes' };

type Search = Promise<Record<string, string | string[] | undefined>>;

export default async function ChangesPage({ searchParams }: { searchParams: Search }) {
	const actor = await requireActor();
	const filter = changesFilterSchema.parse(await searchParams);
	const live = await liveNow();
	const { changes, total, older, newer } = await readChanges({ store: store(), actorId: actor.id, filter });
	const isFiltered = filter.status !== undefined || filter.target !== undefined || filter.mine !== undefined || filter.q !== undefined;
	return (
		<Page>
			<PageHead
				title="Changes"
				tags={<Live shows="changes" {...live} />}
				actions={
					mayFile(actor) === true && (
						<ButtonLink kind="primary" href="/changes/new">
							New change
						</ButtonLink>
					)
				}
			/>
			<Filters filter={filter} targetNames={[...targets().byName.keys()]} isFiltered={isFiltered} />
			<p role="status" className="mb-2 text-sm text-ink-2">
				{countWords(total, 'change')}
			</p>
			{changes.length > 0 && (
				<>
					<div className="max-sm:hidden">
						<ChangesTable changes={changes} />
					</div>
					<ChangesList changes={changes} />
				</>
			)}
			{changes.length === 0 && isFiltered && <EmptyState title="No change matches these filters">Remove a filter to see more.</EmptyState>}
			{changes.length === 0 && !isFiltered && (
				<EmptyState title="No change has been filed yet">People with the role Requester file one with New change.</EmptyState>
			)}
			<Pages filter={filter} older={older} newer={newer} />
		</Page>
	);
}

/** A plain GET form: the filters are in the address, so the page can be shared and bookmarked. */
function Filters({ filter, targetNames, isFiltered }: { filter: ChangesFilter; targetNames: string[]; isFiltered: boolean }) {
	return (
		<form data-print="hide" className="mb-4 grid grid-cols-2 items-end gap-3 sm:grid-cols-[minmax(0,1fr)_200px_200px_auto_auto]">
			<TextInput
				id="q"
				name="q"
				type="search"
				label="Search"
				placeholder="Title or number"
				defaultValue={filter.q ?? ''}
				className="max-sm:col-span-2"
			/>
			<Select id="status" name="status" label="Status" defaultValue={filter.status ?? ''}>
				<option value="">All</option>
				<option value="open">Open</option>
				{CHANGE_STATUSES.map((status) => (
					<option key={status} value={status}>
						{STATUS_TITLE[status]}
					</option>
				))}
			</Select>
			<Select id="target" name="target" label="Target" defaultValue={filter.target ?? ''}>
				<option value="">All</option>
				{targetNames.map((name) => (
					<option key={name}>{name}</option>
				))}
			</Select>
			<div className="flex h-9 items-center">
				<CheckBox id="mine" name="mine" value="1" label="Filed by me" defaultChecked={filter.mine !== undefined} />
			</div>
			<div className="flex gap-2">
				<Button type="submit" size="field" className="max-sm:flex-1">
					Show
				</Button>
				{isFiltered && (
					<ButtonLink kind="quiet" size="field" href="/changes">
						Clear
					</ButtonLink>
				)}
			</div>
		</form>
	);
}

function ChangesTable({ changes }: { changes: Awaited<ReturnType<typeof readChanges>>['changes'] }) {
	return (
		<Table label="Changes">
			<thead>
				<tr>
					<HeadCell>Change</HeadCell>
					<HeadCell>Title</HeadCell>
					<HeadCell>Status</HeadCell>
					<HeadCell>Target</HeadCell>
					<HeadCell>Requester</HeadCell>
					<HeadCell>Updated</HeadCell>
				</tr>
			</thead>
			<tbody>
				{changes.map((change) => (
					<BodyRow key={change.number}>
						<Cell className="mono whitespace-nowrap text-ink-2">{changeName(change.number)}</Cell>
						<Cell className="min-w-64 [overflow-wrap:anywhere]">
							<Link href={`/changes/${change.number}`} className="font-medium hover:underline">
								{change.title}
							</Link>
						</Cell>
						<Cell>
							<StatusTag status={change.status} closedAs={change.closedAs} />
						</Cell>
						<Cell className="whitespace-nowrap">{change.target}</Cell>
						<Cell className="whitespace-nowrap">{change.requester}</Cell>
						<Cell className="text-ink-2">
							<Time at={change.updatedAt} />
						</Cell>
					</BodyRow>
				))}
			</tbody>
		</Table>
	);
}

/** The same list for a narrow screen, where a table would hide the status. */
function ChangesList({ changes }: { changes: Awaited<ReturnType<typeof readChanges>>['changes'] }) {
	return (
		<RowList className="sm:hidden">
			{changes.map((change) => (
				<Row key={change.number} className="flex-wrap gap-y-1.5 py-3">
					<Link href={`/changes/${change.number}`} className="w-full font-medium [overflow-wrap:anywhere]">
						<span className="mono font-normal text-ink-2">{changeName(change.number)}</span> {change.title}
					</Link>
					<StatusTag status={change.status} closedAs={change.closedAs} />
					<p className="w-full text-sm text-ink-2">
						{change.target} · {change.requester} · <Time at={change.updatedAt} />
					</p>
				</Row>
			))}
		</RowList>
	);
}

function Pages({ filter, older, newer }: { filter: ChangesFilter; older: string | null; newer: string | null }) {
	if (!older && !newer) return null;
	const { after: _, before: __, ...chosen } = filter;
	const href = (key: Record<string, string>) => {
		const given = Object.entries({ ...chosen, ...key }).filter((entry): entry is [string, string] => entry[1] !== undefined);
		return `/changes?${new URLSearchParams(given)}`;
	};
	return (
		<nav aria-label="Pages" data-print="hide" className="mt-3 flex justify-between gap-2">
			{newer ? <ButtonLink href={href({ before: newer })}>Newer</ButtonLink> : <span />}
			{older && <ButtonLink href={href({ after: older })}>Older</ButtonLink>}
		</nav>
	);
}
