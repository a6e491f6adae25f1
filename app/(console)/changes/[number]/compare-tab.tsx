import Link from 'next/link';
import { CommentList } from '#components/change/commenting/comment-list.tsx';
import { compareHref } from '#components/change/comparing/compare-href.ts';
import { ComparisonView } from '#components/change/comparing/comparison-view.tsx';
import { Section } from '#components/ui/layout/panel.tsx';
import type { Actor } from '#lib/access/actor.ts';
import { MANIFEST_NAME } from '#lib/domain/bundle/limits.ts';
import type { ChangeStatus } from '#lib/domain/change.ts';
import { store } from '#lib/store/client.ts';
import { readComments } from '#lib/views/change/revision/read-comments.ts';
import { readComparison } from '#lib/views/change/revision/read-comparison.ts';
import { COMMENT_ACTIONS } from './commented-sql.tsx';
import { fileHref, rawHref, sqlHref } from './sql-tab.tsx';
import type { TabSearch } from './tabs.ts';

type Change = { id: string; number: number; revision: number; requesterId: string; status: ChangeStatus };

/** The current revision beside an earlier one, and below the file what people say about it in either. */
export async function CompareTab({ change, search, actor }: { change: Change; search: TabSearch; actor: Actor }) {
	const { id: changeId, number, revision } = change;
	const comparison = await readComparison({ store: store(), changeId, revision, from: search.from, path: search.file });
	if (!comparison) return <p className="text-ink-2">There is no earlier revision.</p>;
	const { from, shown } = comparison;
	const { threads, mayWrite } = await readComments(store(), { changeId, requesterId: change.requesterId, status: change.status, actor });
	const onFile = threads.filter((thread) => thread.path === shown.path && (thread.revision === from || thread.revision === revision));
	const takesMore = mayWrite && shown.state !== 'removed' && shown.path !== MANIFEST_NAME;
	return (
		<div className="grid gap-7">
			<ComparisonView
				comparison={comparison}
				view={search.view}
				hrefOf={(place) => compareHref(number, place)}
				rawHref={(of, path) => rawHref(change, { path, revision: of })}
			/>
			{(onFile.length > 0 || takesMore) && (
				<Section
					id="comments"
					title="Comments on this file"
					aside={
						takesMore && (
							<Link
								href={fileHref(change, { path: shown.path, page: 1, revision })}
								prefetch={false}
								className="text-accent hover:underline max-sm:py-2"
							>
								Comment on a line
							</Link>
						)
					}
				>
					{onFile.length > 0 ? (
						<CommentList
							threads={onFile}
							revision={revision}
							changeId={changeId}
							actions={COMMENT_ACTIONS}
							hrefOf={(thread) => sqlHref(change, thread)}
						/>
					) : (
						<p className="text-ink-2">Nobody has commented on it.</p>
					)}
				</Section>
			)}
		</div>
	);
}
