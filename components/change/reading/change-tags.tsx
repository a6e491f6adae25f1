import { Database, LockKeyhole, LockKeyholeOpen } from 'lucide-react';
import { Digest } from '#components/ui/copyable.tsx';
import { Tag } from '#components/ui/tag.tsx';
import { Countdown } from '#components/ui/time/time.tsx';
import type { ChangeStatus } from '#lib/domain/change.ts';
import { StatusTag } from '../status-tag.tsx';

type Window = { words: string; isOpen: boolean; turnsAt: string | null; reason: string | null; isChanged: boolean };

/** The line below a change's title: status, target, digest, and when it may run. */
export function ChangeTags({
	change,
}: {
	change: { status: ChangeStatus; closedAs: ChangeStatus | null; target: string; revision: number; digest: string; window: Window };
}) {
	return (
		<>
			<StatusTag status={change.status} closedAs={change.closedAs} />
			<Tag icon={Database}>{change.target}</Tag>
			<span className="inline-flex items-center gap-1.5">
				<span>Revision {change.revision}</span>
				<Digest value={change.digest} />
			</span>
			<WindowWords window={change.window} />
		</>
	);
}

function WindowWords({ window }: { window: Window }) {
	const Icon = window.isOpen ? LockKeyholeOpen : LockKeyhole;
	return (
		<span className="inline-flex flex-wrap items-center gap-x-1.5">
			<Icon className={`size-3.5 flex-none ${window.isOpen ? 'text-done' : 'text-ink-3'}`} strokeWidth={1.75} aria-hidden />
			{window.isOpen && window.turnsAt && <Countdown to={window.turnsAt} before="Window open, closes in" after="Window closed" />}
			{!window.isOpen && window.turnsAt && <Countdown to={window.turnsAt} before="Window opens in" after="Window open" />}
			{window.turnsAt === null && (window.isOpen ? 'Window open' : 'Window closed')}
			<span>({window.words})</span>
			{window.isChanged && <span className="text-wait">The target’s window has changed since this revision was filed.</span>}
		</span>
	);
}
