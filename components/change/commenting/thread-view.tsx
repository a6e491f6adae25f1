import { CircleCheck } from 'lucide-react';
import Link from 'next/link';
import { Tag } from '#components/ui/tag.tsx';
import { Time } from '#components/ui/time/time.tsx';
import { cutHidden } from '#lib/domain/bundle/hidden-characters.ts';
import type { Thread } from '#lib/domain/comment.ts';
import { ThreadActions } from '../only-some-tabs.tsx';
import { Pieces } from '../reading/sql-view.tsx';
import type { SayAction } from './use-say.ts';

export type CommentActions = { answer: SayAction; resolve: SayAction };
type Props = {
	thread: Thread;
	changeId: string;
	actions: CommentActions;
	/** Where its line is shown; null beside the line itself. `isOld`: on a revision that is void. */
	place: { href: string; isOld: boolean } | null;
};

/** A comment, its answers, and what this person may do with it. */
export function ThreadView({ thread, changeId, actions, place }: Props) {
	return (
		<article aria-label={`Comment of ${thread.by} on line ${thread.line}`} className="panel grid min-w-0 gap-2 px-3.5 py-2.5">
			{place && (
				<p className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
					<Link href={place.href} prefetch={false} className="mono text-accent [overflow-wrap:anywhere] hover:underline max-sm:py-2">
						{thread.path}, line {thread.line}
					</Link>
					{place.isOld && <Tag tone="wait">on revision {thread.revision}</Tag>}
				</p>
			)}
			{place && thread.quote.trim() !== '' && (
				<p className="mono rounded-md bg-sunken px-2.5 py-1 whitespace-pre-wrap text-ink-2 [overflow-wrap:anywhere]">
					<Pieces pieces={cutHidden(thread.quote, null)} />
				</p>
			)}
			<Words {...thread} />
			{thread.answers.length > 0 && (
				<ul aria-label="Answers" className="grid gap-2 border-l-2 border-line pl-3">
					{thread.answers.map((answer) => (
						<li key={answer.id}>
							<Words {...answer} />
						</li>
					))}
				</ul>
			)}
			{thread.resolved && (
				<p className="flex flex-wrap items-center gap-x-1.5 text-sm text-ink-2">
					<CircleCheck className="size-3.5 flex-none text-done" aria-hidden />
					Resolved by {thread.resolved.by}, <Time at={thread.resolved.at} />
				</p>
			)}
			{(thread.mayAnswer || thread.mayResolve) && (
				<ThreadActions
					answer={thread.mayAnswer ? actions.answer : null}
					resolve={thread.mayResolve ? actions.resolve : null}
					fields={{ changeId, commentId: thread.id }}
				/>
			)}
		</article>
	);
}

function Words({ by, at, text }: { by: string; at: string; text: string }) {
	return (
		<div className="min-w-0">
			<p className="flex flex-wrap items-baseline gap-x-2">
				<span className="font-semibold">{by}</span>
				<span className="text-sm text-ink-2">
					<Time at={at} />
				</span>
			</p>
			<p className="prose whitespace-pre-wrap [overflow-wrap:anywhere]">{text}</p>
		</div>
	);
}
