import { Archive, Ban, CalendarX2, History, type LucideIcon, Play, ShieldCheck, TriangleAlert, Undo, Undo2 } from 'lucide-react';
import { Tag } from '#components/ui/tag.tsx';
import type { Tone } from '#components/ui/tone.ts';
import { type ChangeStatus, STATUS_TITLE } from '#lib/domain/change.ts';

/** A tone has its own icon; some statuses have a better one. */
const LOOK: Record<ChangeStatus, { tone: Tone; icon?: LucideIcon }> = {
	awaiting_dba: { tone: 'wait' },
	awaiting_security_officer: { tone: 'wait' },
	awaiting_chairman: { tone: 'wait' },
	approved: { tone: 'accent', icon: ShieldCheck },
	running: { tone: 'accent', icon: Play },
	succeeded: { tone: 'done' },
	kept: { tone: 'wait', icon: TriangleAlert },
	rolled_back: { tone: 'fail', icon: Undo2 },
	restored: { tone: 'fail', icon: History },
	unknown: { tone: 'unknown' },
	rejected: { tone: 'fail', icon: Ban },
	withdrawn: { tone: 'neutral', icon: Undo },
	expired: { tone: 'neutral', icon: CalendarX2 },
	closed: { tone: 'neutral', icon: Archive },
};

/** The status of a change: icon, word and colour. A closed one still says, and looks, how it ended. */
export function StatusTag({ status, closedAs }: { status: ChangeStatus; closedAs: ChangeStatus | null }) {
	if (closedAs === null) return <Tag {...LOOK[status]}>{STATUS_TITLE[status]}</Tag>;
	return (
		<Tag {...LOOK[closedAs]}>
			{STATUS_TITLE[status]} · {STATUS_TITLE[closedAs]}
		</Tag>
	);
}
