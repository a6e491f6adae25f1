import { History, Hourglass, type LucideIcon, Play, TriangleAlert, Undo2 } from 'lucide-react';
import { Tag } from '#components/ui/tag.tsx';
import type { Tone } from '#components/ui/tone.ts';
import type { RunStatus } from '#lib/domain/run.ts';

/** A tone has its own icon; some statuses have a better one. */
export const RUN_LOOK: Record<RunStatus, { tone: Tone; icon?: LucideIcon; title: string }> = {
	queued: { tone: 'neutral', icon: Hourglass, title: 'Queued' },
	running: { tone: 'accent', icon: Play, title: 'Running' },
	awaiting_restore: { tone: 'wait', title: 'Waiting for a decision' },
	restoring: { tone: 'wait', icon: History, title: 'Restoring' },
	succeeded: { tone: 'done', title: 'Succeeded' },
	kept: { tone: 'wait', icon: TriangleAlert, title: 'Kept with failed checks' },
	rolled_back: { tone: 'fail', icon: Undo2, title: 'Rolled back' },
	restored: { tone: 'fail', icon: History, title: 'Restored' },
	unknown: { tone: 'unknown', title: 'Unknown' },
};

/** The status of a run: icon, word and colour. */
export function RunStatusTag({ status }: { status: RunStatus }) {
	const { title, ...look } = RUN_LOOK[status];
	return <Tag {...look}>{title}</Tag>;
}
