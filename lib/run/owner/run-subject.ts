import { changeName } from '#lib/domain/change.ts';
import type { RecordSubject } from '#lib/domain/record.ts';

/** The columns that `subjectOfRun` needs. */
export const SUBJECT_OF_RUN = { change: { select: { number: true } }, revision: { select: { number: true } } } as const;

/** A run, as the record names it. */
export function subjectOfRun(run: {
	id: string;
	changeId: string;
	target: string;
	change: { number: number };
	revision: { number: number };
}): RecordSubject {
	return {
		change: changeName(run.change.number),
		changeId: run.changeId,
		revision: run.revision.number,
		runId: run.id,
		target: run.target,
	};
}
