import { Archive, Ban, CalendarX2, History, type LucideIcon, Play, ShieldCheck, Undo, Undo2 } from 'lucide-react';
import { Tag } from '#components/ui/tag.tsx';
import type { Tone } from '#components/ui/tone.ts';
import { type ChangeStatus, STATUS_TITLE } from '#lib/domain/change.ts';

/** A tone brings its own icon unless another says more. */
const LOOK: Record<ChangeStatus, { tone: Tone; icon?: LucideIcon }> = {
	awaiting_dba: { tone: 'wait' },
	awaiting_security_officer: { tone: 'wait' },
	awaiting_chairman: { tone: 'wait' },
	approved: { tone: 'accent', icon: ShieldCheck },
	running: { tone: 'accent', icon: Play },
	succeeded: { tone: 'done' },
	rolled_back: { tone: 'fail', icon: Undo2 },
	restored: { tone: 'fail', icon: History },
	unknown: { tone: 'unknown' },
	rejected: { tone: 'fail', icon: Ban },
	withdrawn: { tone: 'neutral', icon: Undo },
	expired: { tone: 'neutral', icon: CalendarX2 },
	closed: { tone: 'neutral', icon: Archive },
};

/** Where a change stands: icon, word and colour. */
export function StatusTag({ status }: { status: ChangeStatus }) {
	return <Tag {...LOOK[status]}>{STATUS_TITLE[status]}</Tag>;
}
