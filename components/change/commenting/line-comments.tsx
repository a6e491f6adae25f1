import type { Thread } from '#lib/domain/comment.ts';
import { countWords } from '#lib/domain/wording/count-words.ts';
import { type CommentActions, ThreadView } from './thread-view.tsx';

type Props = { threads: Thread[]; changeId: string; actions: CommentActions };

/** The comments on one line, below it: the open ones, and folded those that are resolved. */
export function LineComments({ threads, changeId, actions }: Props) {
	const resolved = threads.filter((thread) => thread.resolved !== null);
	const views = (list: Thread[]) =>
		list.map((thread) => <ThreadView key={thread.id} thread={thread} changeId={changeId} actions={actions} place={null} />);
	return (
		<>
			{views(threads.filter((thread) => thread.resolved === null))}
			{resolved.length > 0 && (
				<details>
					<summary className="w-fit rounded-sm text-sm text-accent max-sm:py-2">{countWords(resolved.length, 'resolved comment')}</summary>
					<div className="mt-2 grid gap-2">{views(resolved)}</div>
				</details>
			)}
		</>
	);
}
