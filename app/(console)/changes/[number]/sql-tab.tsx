import Link from 'next/link';
import { Notice } from '#components/ui/notice.tsx';
import type { Actor } from '#lib/access/actor.ts';
import type { ChangeStatus } from '#lib/domain/change.ts';
import { store } from '#lib/store/client.ts';
import { readComments } from '#lib/views/change/revision/read-comments.ts';
import { readFindings } from '#lib/views/change/revision/read-findings.ts';
import { LINES_A_PAGE, readSql } from '#lib/views/change/revision/read-sql.ts';
import { CommentedSql } from './commented-sql.tsx';
import type { TabSearch } from './tabs.ts';

type Change = { id: string; number: number; revision: number; requesterId: string; status: ChangeStatus };

/** The SQL of a revision with its comments: the current one, or an earlier one that a comment belongs to. */
export async function SqlTab({ change, search, actor }: { change: Change; search: TabSearch; actor: Actor }) {
	const revision = search.revision !== null && search.revision < change.revision ? search.revision : change.revision;
	const isCurrent = revision === change.revision;
	const about = { changeId: change.id, revision };
	const [sql, comments, findings] = await Promise.all([
		readSql({ store: store(), ...about, path: search.file, page: search.page }),
		readComments(store(), { changeId: change.id, requesterId: change.requesterId, status: change.status, actor }),
		readFindings(store(), about),
	]);
	return (
		<div className="grid gap-4">
			{!isCurrent && (
				<Notice tone="wait" title={`This is revision ${revision}, which is void`}>
					Revision {change.revision} took its place.{' '}
					<Link href={`/changes/${change.number}?tab=sql`} className="underline">
						Read revision {change.revision}
					</Link>
				</Notice>
			)}
			<CommentedSql
				sql={sql}
				comments={comments}
				findings={findings}
				about={about}
				hrefOf={(path, page) => fileHref(change, { path, page, revision })}
				rawHref={(path) => rawHref(change, { path, revision })}
				line={search.line}
				isCurrent={isCurrent}
			/>
		</div>
	);
}

/** Where a file of a revision is as plain text. */
export function rawHref({ number }: Pick<Change, 'number'>, { path, revision }: { path: string; revision: number }): string {
	return `/api/changes/${number}/revisions/${revision}/file?${new URLSearchParams({ path })}`;
}

/** Where the line of a comment is shown. */
export function sqlHref(change: Pick<Change, 'number' | 'revision'>, at: { path: string; line: number; revision: number }): string {
	return `${fileHref(change, { ...at, page: Math.ceil(at.line / LINES_A_PAGE) })}#L${at.line}`;
}

/** Where a file of a revision is shown, without a fragment. */
export function fileHref(change: Pick<Change, 'number' | 'revision'>, at: { path: string; page: number; revision: number }): string {
	const place = new URLSearchParams({ tab: 'sql', file: at.path });
	if (at.page > 1) place.set('page', String(at.page));
	if (at.revision !== change.revision) place.set('revision', String(at.revision));
	return `/changes/${change.number}?${place}`;
}
