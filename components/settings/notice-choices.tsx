'use client';

import { startTransition, useActionState } from 'react';
import { RefusalNotice } from '#components/change/acting/use-act.tsx';
import { Button } from '#components/ui/form/button.tsx';
import { answerOr, UNANSWERED } from '#components/ui/form/unanswered.ts';
import { BodyRow, Cell, HeadCell, Table } from '#components/ui/layout/table.tsx';
import { LiveRegion } from '#components/ui/live-region.tsx';
import { Notice } from '#components/ui/notice.tsx';
import { NOTICE_TITLE, NOTICES, type NoticeKind, ROAD_TITLE, ROADS, type Road } from '#lib/domain/notice.ts';

type Saved = { ok: true } | { ok: false; refusal: { message: string; errorId: string | null } };

/** What one is told, and how. A road that is off can be chosen all the same: the choice counts when it is switched on. */
export function NoticeChoices({
	choices,
	open,
	action,
}: {
	choices: Record<NoticeKind, Record<Road, boolean>>;
	/** The roads that this console has. */
	open: Road[];
	action: (form: FormData) => Promise<Saved>;
}) {
	const [saved, save, isPending] = useActionState(
		(_before: Saved | null, form: FormData) =>
			answerOr<Saved>(action(form), { ok: false, refusal: { message: UNANSWERED, errorId: null } }),
		null,
	);
	const isSaved = saved?.ok === true && !isPending;
	return (
		<form
			className="grid justify-items-start gap-4 *:max-w-full"
			onSubmit={(event) => {
				event.preventDefault();
				const form = new FormData(event.currentTarget);
				if (!isPending) startTransition(() => save(form));
			}}
		>
			<div className="w-full">
				<Table label="Your notifications">
					<thead>
						<tr>
							<HeadCell>When</HeadCell>
							{ROADS.map((road) => (
								<HeadCell key={road} className="px-1.5 text-center">
									{ROAD_TITLE[road]}
									{!open.includes(road) && <span className="block text-xs font-normal text-ink-3">off</span>}
								</HeadCell>
							))}
						</tr>
					</thead>
					<tbody>
						{NOTICES.map((notice) => (
							<BodyRow key={notice}>
								<th scope="row" className="px-3.5 py-2 text-left font-normal">
									<span className="block font-medium">{NOTICE_TITLE[notice].title}</span>
									<span className="block text-sm text-ink-2">{NOTICE_TITLE[notice].whom}</span>
								</th>
								{ROADS.map((road) => (
									<Cell key={road} className="p-0 text-center">
										<label className="inline-grid size-11 place-items-center">
											<input
												type="checkbox"
												name={`${notice}.${road}`}
												defaultChecked={choices[notice][road]}
												className="size-4 accent-(--accent)"
											/>
											<span className="sr-only">{`${NOTICE_TITLE[notice].title}, by ${ROAD_TITLE[road].toLowerCase()}`}</span>
										</label>
									</Cell>
								))}
							</BodyRow>
						))}
					</tbody>
				</Table>
			</div>
			{saved?.ok === false && <RefusalNotice refusal={saved.refusal} />}
			{isSaved && <Notice tone="done" title="Saved." />}
			<LiveRegion urgency="polite">{isSaved ? 'Saved.' : ''}</LiveRegion>
			<Button type="submit" kind="primary" size="field" aria-disabled={isPending || undefined}>
				{isPending ? 'Saving…' : 'Save'}
			</Button>
		</form>
	);
}
