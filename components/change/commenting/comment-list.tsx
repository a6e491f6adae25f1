import { EmptyState } from '#components/ui/layout/empty-state.tsx';
import type { Thread } from '#lib/domain/comment.ts';
import { countWords } from '#lib/domain/wording/count-words.ts';
import { type CommentActions, ThreadView } from './thread-view.tsx';

type Props = {
	threads: Thread[];
	/** The revision that the change has now. */
	revision: number;
	changeId: string;
	actions: CommentActions;
	/** Where the line of a comment is shown. */
	hrefOf: (thread: Thread) => string;
};

/** All comments of a change: the open ones, of older revisions too, and folded those that are resolved. */
export function CommentList({ threads, ...rest }: Props) {
	const open = threads.filter(({ resolved }) => resolved === null);
	const resolved = threads.filter((thread) => thread.resolved !== null);
	return (
		<div className="grid gap-4">
			{open.length > 0 ? (
				<List label="Open comments" threads={open} {...rest} />
			) : (
				<EmptyState title={resolved.length > 0 ? 'Every comment is resolved.' : 'Nobody has commented.'}>
					Comments on lines of the SQL stand here until somebody resolves them. To write one, open the SQL and press the number of a line.
				</EmptyState>
			)}
			{resolved.length > 0 && (
				<details>
					<summary className="w-fit rounded-sm text-accent max-sm:py-2">{countWords(resolved.length, 'resolved comment')}</summary>
					<div className="mt-3">
						<List label="Resolved comments" threads={resolved} {...rest} />
					</div>
				</details>
			)}
		</div>
	);
}

function List({ label, threads, revision, changeId, actions, hrefOf }: Props & { label: string }) {
	return (
		<ul aria-label={label} className="grid gap-3">
			{threads.map((thread) => (
				<li key={thread.id} className="min-w-0">
					<ThreadView
						thread={thread}
						changeId={changeId}
						actions={actions}
						place={{ href: hrefOf(thread), isOld: thread.revision !== revision }}
					/>
				</li>
			))}
		</ul>
	);
}
