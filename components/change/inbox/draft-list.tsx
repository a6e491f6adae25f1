import { FilePen } from 'lucide-react';
import Link from 'next/link';
import { ActDialog } from '#components/change/acting/act-dialog.tsx';
import type { Acted } from '#components/change/acting/use-act.tsx';
import { ButtonLink } from '#components/ui/form/button.tsx';
import { Row, RowList } from '#components/ui/layout/panel.tsx';
import { Time } from '#components/ui/time/time.tsx';

type Item = { id: string; title: string; target: string; savedAt: string; revises: string | null; href: string };

/** What a person has begun to write and not filed: where to go on, and a way to throw it away. */
export function DraftList({ drafts, discard }: { drafts: Item[]; discard: (form: FormData) => Promise<Acted> }) {
	return (
		<RowList>
			{drafts.map((draft) => (
				<Row key={draft.id} className="flex-wrap gap-x-4 gap-y-2 py-3">
					<FilePen className="mt-0.5 size-4 flex-none self-start text-ink-3 max-sm:hidden" strokeWidth={1.75} aria-hidden />
					<div className="min-w-0 flex-1 basis-72 [overflow-wrap:anywhere]">
						<Link href={draft.href} className="font-medium hover:underline">
							{draft.revises && `${draft.revises} · `}
							{draft.title}
						</Link>
						<p className="text-sm text-ink-2">
							{draft.revises ? 'A revision' : 'A new change'} · {draft.target || 'no target yet'} · saved <Time at={draft.savedAt} />
						</p>
					</div>
					<div className="flex items-center gap-2 max-sm:w-full">
						<ActDialog
							label="Discard"
							kind="quiet"
							title={`Discard the draft “${draft.title}”?`}
							action={discard}
							fields={{ id: draft.id }}
							confirm={{ label: 'Discard the draft', pending: 'Discarding…', kind: 'danger' }}
						>
							<p className="prose">
								Its text and its files are lost. {draft.revises ? `${draft.revises} itself stays as it is.` : 'Nothing of it was filed.'}
							</p>
						</ActDialog>
						<ButtonLink href={draft.href} className="max-sm:h-11 max-sm:flex-1">
							Go on
							<span className="sr-only">{` with ${draft.title}`}</span>
						</ButtonLink>
					</div>
				</Row>
			))}
		</RowList>
	);
}
