import { Tag } from '#components/ui/tag.tsx';
import { REHEARSAL_TITLE, type RehearsalStatus } from '#lib/domain/rehearsed/rehearsal.ts';

const TONE = { queued: 'wait', running: 'accent', passed: 'done', failed: 'fail' } as const;

/** How a rehearsal stands, in a word. */
export function RehearsalTag({ status }: { status: RehearsalStatus }) {
	return <Tag tone={TONE[status]}>{REHEARSAL_TITLE[status]}</Tag>;
}
