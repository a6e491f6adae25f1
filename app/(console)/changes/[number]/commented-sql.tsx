import { LineComments } from '#components/change/commenting/line-comments.tsx';
import { LINE_PICKER } from '#components/change/commenting/line-picker-id.ts';
import { LinePicker, NewComment } from '#components/change/only-some-tabs.tsx';
import { LineFindings } from '#components/change/reading/line-findings.tsx';
import { SqlView } from '#components/change/reading/sql-view.tsx';
import type { Finding } from '#lib/domain/bundle/finding.ts';
import type { readComments } from '#lib/views/change/revision/read-comments.ts';
import type { readSql } from '#lib/views/change/revision/read-sql.ts';
import { answerCommentAction, resolveCommentAction, writeCommentAction } from './comment-actions.ts';

export const COMMENT_ACTIONS = { answer: answerCommentAction, resolve: resolveCommentAction };

type Props = {
	sql: Awaited<ReturnType<typeof readSql>>;
	comments: Awaited<ReturnType<typeof readComments>>;
	/** What the review found in the revision, shown below the lines too. */
	findings: Finding[];
	about: { changeId: string; revision: number };
	/** Where a file is shown, with a query and without a fragment. */
	hrefOf: (path: string, page: number) => string;
	/** Where a file of a revision is as plain text. */
	rawHref: (path: string) => string;
	/** Where in the page the SQL begins, for links to another file. */
	fragment?: string;
	/** The line that this person has picked, to comment on it. */
	line: number | null;
	/** Comments on a revision that is void are answered where they are listed, and no new one is written. */
	isCurrent: boolean;
};

/** One file of a revision with what was found and the comments below its lines. */
export function CommentedSql({ sql, comments, findings, about, hrefOf, rawHref, fragment = '', line, isCurrent }: Props) {
	const { shown } = sql;
	if (!shown) return null;
	const here = hrefOf(shown.path, shown.page);
	const threads = comments.threads.filter(({ path, revision }) => path === shown.path && revision === about.revision);
	const mayWrite = comments.mayWrite && isCurrent;
	const below = (number: number) => {
		const onLine = threads.filter((thread) => thread.line === number);
		const isPicked = mayWrite && line === number;
		const found = findings.filter((finding) => finding.file === shown.path && finding.line === number);
		if (onLine.length === 0 && found.length === 0 && !isPicked) return null;
		return (
			<>
				<LineFindings findings={found} />
				<LineComments threads={onLine} changeId={about.changeId} actions={COMMENT_ACTIONS} />
				{isPicked && (
					<NewComment
						action={writeCommentAction}
						fields={{ changeId: about.changeId, revision: String(about.revision), path: shown.path }}
						line={number}
						closeHref={here}
					/>
				)}
			</>
		);
	};
	const last = shown.firstLine + shown.lines.length - 1;
	const picker = mayWrite ? { id: LINE_PICKER, form: <LinePicker href={here} first={shown.firstLine} last={last} /> } : null;
	return (
		<SqlView
			files={sql.files}
			shown={shown}
			hrefOf={(path, page) => `${hrefOf(path, page)}${fragment}`}
			wholeHref={rawHref(shown.path)}
			beside={{ picker, below }}
		/>
	);
}
