import { ClipboardCheck, FilePen, History, type LucideIcon, PenLine, Play, UserCheck } from 'lucide-react';
import Link from 'next/link';
import { ButtonLink } from '#components/ui/form/button.tsx';
import { Row, RowList } from '#components/ui/layout/panel.tsx';
import { Time } from '#components/ui/time/time.tsx';
import { changeName } from '#lib/domain/change.ts';

type Kind = 'sign' | 'restore' | 'execute' | 'stand by' | 'revise' | 'close';
type Item = { kind: Kind; number: number; title: string; target: string; what: string; act: string; href: string; since: string };

const ICON: Record<Kind, LucideIcon> = {
	sign: PenLine,
	restore: History,
	execute: Play,
	'stand by': UserCheck,
	revise: FilePen,
	close: ClipboardCheck,
};

/** What is waiting for one person: the task, the change, since when, and one button. */
export function WaitingList({ items }: { items: Item[] }) {
	return (
		<RowList>
			{items.map((item) => {
				const Icon = ICON[item.kind];
				return (
					<Row key={`${item.kind} ${item.number}`} className="flex-wrap gap-x-4 gap-y-2 py-3">
						<Icon className="mt-0.5 size-4 flex-none self-start text-wait" strokeWidth={1.75} aria-hidden />
						<div className="min-w-0 flex-1 basis-72">
							<Link href={item.href} className="font-medium hover:underline">
								{changeName(item.number)} · {item.title}
							</Link>
							<p>{item.what}</p>
							<p className="text-sm text-ink-2">
								{item.target} · <Time at={item.since} />
							</p>
						</div>
						<ButtonLink
							href={item.href}
							kind={item.kind === 'sign' || item.kind === 'restore' ? 'primary' : 'secondary'}
							className="max-sm:h-11 max-sm:w-full"
						>
							{item.act}
							<span className="sr-only">{` ${changeName(item.number)}`}</span>
						</ButtonLink>
					</Row>
				);
			})}
		</RowList>
	);
}
