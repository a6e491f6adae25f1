import Link from 'next/link';
import { CommentList } from '#components/change/commenting/comment-list.tsx';
import { compareHref } from '#components/change/comparing/compare-href.ts';
import { DifferenceList } from '#components/change/reading/difference-list.tsx';
import { FindingsView } from '#components/change/reading/findings-view.tsx';
import { HarmBox } from '#components/change/reading/harm-box.tsx';
import { PlanList } from '#components/change/reading/plan-list.tsx';
import { TouchedList } from '#components/change/reading/touched-list.tsx';
import { WhyWords } from '#components/change/reading/why-words.tsx';
import { RehearsalLines } from '#components/change/rehearsing/rehearsal-lines.tsx';
import { KeyValues } from '#components/ui/layout/key-values.tsx';
import { Section } from '#components/ui/layout/panel.tsx';
import { Notice } from '#components/ui/notice.tsx';
import { Tag } from '#components/ui/tag.tsx';
import { countWords } from '#lib/domain/wording/count-words.ts';
import type { readSignPage } from '#lib/views/change/read-sign-page.ts';
import { LINES_A_PAGE, type readSql } from '#lib/views/change/revision/read-sql.ts';
import { COMMENT_ACTIONS, CommentedSql } from '../commented-sql.tsx';
import { rawHref, sqlHref } from '../sql-tab.tsx';

type SignPage = Extract<NonNullable<Awaited<ReturnType<typeof readSignPage>>>, { whyNot: null }>;
type Props = {
	page: SignPage;
	sql: Awaited<ReturnType<typeof readSql>> | null;
	/** This page, to which a file is added. */
	here: string;
	/** The line that this person has picked, to comment on it. */
	line: number | null;
};

/** All that a signer reads before the statement, what can lose data first. */
export function ReadFirst({ page, sql, here, line }: Props) {
	const { plan, impact, target, differences, beyondRestore } = page;
	const about = { changeId: page.id, revision: page.revision };
	const placeOf = (path: string, number: number) =>
		`${here}&${new URLSearchParams({ file: path, ...(number > 1 ? { page: String(number) } : {}) })}`;
	const lineOf = ({ path, line: at }: { path: string; line: number }) => `${placeOf(path, Math.ceil(at / LINES_A_PAGE))}#L${at}`;
	const hrefOf = (path: string) => `${placeOf(path, 1)}#sql`;
	const open = page.comments.threads.filter(({ resolved }) => resolved === null).length;
	return (
		<>
			<HarmBox harm={plan.harm} lines={plan.harms} impact={impact} target={target} />
			<FindingsView findings={page.findings} />
			{differences && (
				<Section id="differences" title={`What differs from revision ${differences.revision}`}>
					<DifferenceList
						differences={differences}
						hrefOf={(path) => (page.files.includes(path) ? hrefOf(path) : null)}
						compareHref={compareHref(page.number, { from: differences.revision })}
					/>
				</Section>
			)}
			<Section id="facts" title="At a glance">
				<Facts page={page} />
			</Section>
			<Section id="rehearsal" title="Rehearsal">
				<RehearsalLines rehearsal={page.rehearsal} href={`/changes/${page.number}?tab=rehearsal`} />
				{page.wayBackLacks && (
					<div className="mt-2">
						<Notice tone="wait" title="The way back is not shown yet">
							On {target} a rehearsal shows it, and {page.wayBackLacks}. Without one that has passed lately nobody can execute this change.
						</Notice>
					</div>
				)}
			</Section>
			<Section id="reason-given" title="Reason">
				<WhyWords reason={page.reason} whyNotStaging={page.whyNotStaging} route={page.route} />
			</Section>
			<Section id="in-words" title="In words" aside={`${countWords(plan.statements, 'statement')}, in one transaction`}>
				<PlanList lines={plan.lines} more={plan.more} />
			</Section>
			<Section id="touched" title="Tables it uses, and their locks">
				<TouchedList touched={plan.touched} more={plan.moreTouched} impact={impact} target={target} />
			</Section>
			{beyondRestore.lines.length > 0 && (
				<Section id="beyond-restore" title="What a restore does not undo">
					<p className="prose mb-2">
						After the commit the backup can still be restored. These effects stay until somebody undoes them by hand.
					</p>
					<PlanList {...beyondRestore} />
				</Section>
			)}
			{page.comments.threads.length > 0 && (
				<Section id="comments" title={open > 0 ? `Comments · ${open} open` : 'Comments'}>
					<CommentList
						threads={page.comments.threads}
						revision={page.revision}
						changeId={page.id}
						actions={COMMENT_ACTIONS}
						hrefOf={(thread) => (thread.revision === page.revision ? lineOf(thread) : sqlHref(page, thread))}
					/>
				</Section>
			)}
			<Section
				id="sql"
				title={`SQL · ${countWords(page.files.length, 'file')}`}
				aside={
					sql && (
						<Link href={here} scroll={false} className="text-accent hover:underline">
							Hide the SQL
						</Link>
					)
				}
			>
				{sql?.shown ? (
					<CommentedSql
						sql={sql}
						comments={page.comments}
						findings={page.findings}
						about={about}
						hrefOf={placeOf}
						rawHref={(path) => rawHref(page, { path, revision: page.revision })}
						fragment="#sql"
						line={line}
						isCurrent
					/>
				) : (
					<FileLinks files={page.files} hrefOf={hrefOf} />
				)}
			</Section>
		</>
	);
}

function Facts({ page }: { page: SignPage }) {
	const { checks, risk } = page;
	return (
		<KeyValues
			items={[
				{ name: 'Checks', value: checks.lacks ? <Tag tone="wait">{checks.words}</Tag> : checks.words },
				{
					name: 'Risk, according to the requester',
					value: risk === 'high' ? <Tag tone="fail">High</Tag> : `${risk[0]?.toUpperCase()}${risk.slice(1)}`,
				},
				{
					name: 'SQL',
					value: (
						<a href="#sql" className="text-accent underline underline-offset-2">
							{countWords(page.files.length, 'file')}, {countWords(page.statements, 'statement')}
						</a>
					),
				},
			]}
		/>
	);
}

function FileLinks({ files, hrefOf }: { files: string[]; hrefOf: (path: string) => string }) {
	return (
		<ul className="panel divide-y divide-line">
			{files.map((path) => (
				<li key={path}>
					<Link
						href={hrefOf(path)}
						scroll={false}
						prefetch={false}
						className="mono block px-3.5 py-2 text-accent -outline-offset-2 [overflow-wrap:anywhere] hover:underline max-sm:py-3"
					>
						{path}
					</Link>
				</li>
			))}
		</ul>
	);
}
