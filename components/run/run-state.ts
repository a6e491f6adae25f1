import {
	type Failure,
	isOutcome,
	type JournalRow,
	OUTCOME_TITLE,
	PLANNED_STEPS,
	type RunStatus,
	STEP_TITLE,
	type Step,
	type Truth,
	truthAtWords,
} from '#lib/domain/run.ts';
import { addLine, type LogLine } from './log/log-lines.ts';
import { NOTHING_SEEN, type Seen, seeRow } from './monitors/seen.ts';

export type Progress = {
	summary: string;
	done: number | null;
	total: number | null;
	unit: string | null;
	perSecond: number | null;
	remainingMs: number | null;
};
export type StepState = {
	step: Step;
	state: 'pending' | 'running' | 'passed' | 'failed' | 'skipped';
	startedAt: string | null;
	ms: number | null;
	summary: string | null;
	failure: Failure | null;
	progress: Progress | null;
};

/** What the run page shows, folded from the journal. */
export type RunState = {
	/** The last row that was applied: where to resume. */
	seq: number;
	/** All lines from this row on are loaded; before it only those of the steps. */
	from: number;
	status: RunStatus;
	truth: Truth;
	steps: StepState[];
	lines: LogLine[];
	watched: Seen;
	/** For screen readers: the last change of a step, and the outcome. Empty until something happens live. */
	saidOfSteps: string;
	saidOfOutcome: string;
};

type Opened = {
	rows: readonly JournalRow[];
	from: number;
	status: RunStatus;
	/** Where to resume when that is after the last row here: samples are not in the rows. */
	seq?: number;
	watched?: Pick<Seen, 'points' | 'latest'>;
};

/** The state of a page when it is opened: screen readers do not announce what is already there. */
export function openState({ rows, from, status, seq = 0, watched }: Opened): RunState {
	const empty: RunState = {
		seq: 0,
		from,
		status: 'queued',
		truth: { kind: 'nothing_committed' },
		steps: PLANNED_STEPS.map((step) => ({ ...PENDING, step })),
		lines: [],
		watched: { ...NOTHING_SEEN, ...watched },
		saidOfSteps: '',
		saidOfOutcome: '',
	};
	const opened = applyRows(empty, rows);
	// The run's row may be ahead of its journal (a confirmation), but never behind an outcome.
	const ahead = isOutcome(opened.status) ? opened.status : status;
	return { ...opened, seq: Math.max(seq, opened.seq), status: ahead, saidOfSteps: '', saidOfOutcome: '' };
}

const PENDING = { state: 'pending', startedAt: null, ms: null, summary: null, failure: null, progress: null } as const;

/** Applies rows to the state, in order. A row that was already applied changes nothing. */
export function applyRows(state: RunState, rows: readonly JournalRow[]): RunState {
	const fresh = rows.filter((row) => row.seq > state.seq);
	if (fresh.length === 0) return state;
	const next: RunState = { ...state, steps: [...state.steps], lines: [...state.lines] };
	for (const row of fresh) {
		if (row.seq <= next.seq) continue;
		next.seq = row.seq;
		addLine(next.lines, row);
		next.watched = seeRow(next.watched, row);
		applyToRun(next, row);
		applyToStep(next, row);
	}
	return next;
}

/** Puts earlier lines before the loaded ones. Steps and outcome do not change: they are already known. */
export function prependLines(state: RunState, part: { rows: readonly JournalRow[]; from: number }): RunState {
	if (part.from >= state.from) return state;
	const earlier: LogLine[] = [];
	for (const row of part.rows) addLine(earlier, row);
	// A statement may have begun in that part and ended in the next one.
	const nameOf = (line: LogLine) => (line.kind === 'statement' ? `statement ${line.index}` : line.seq);
	const known = new Set(state.lines.map(nameOf));
	const lines = [...earlier.filter((line) => !known.has(nameOf(line))), ...state.lines].sort((a, b) => a.seq - b.seq);
	return { ...state, lines, from: part.from };
}

function applyToRun(next: RunState, row: JournalRow): void {
	if (row.phase === 'truth') {
		next.truth = row.data;
		next.saidOfOutcome = truthWords(row.data);
	}
	if (row.phase === 'status') {
		next.status = row.data.status;
		next.saidOfOutcome = statusWords(row.data.status);
	}
	if (row.phase === 'started' && row.step !== 'watch' && !isOutcome(next.status)) {
		if (row.step === 'restore') next.status = 'restoring';
		else if (next.status !== 'restoring') next.status = 'running';
	}
}

function applyToStep(next: RunState, row: JournalRow): void {
	const at = stepIndex(next, row);
	if (at === null) return;
	const before = next.steps[at] as StepState;
	const after = stepAfter(before, row);
	if (after === before) return;
	next.steps[at] = after;
	if (after.state !== before.state) next.saidOfSteps = `${STEP_TITLE[row.step]} ${STATE_WORD[after.state]}`;
}

export const STATE_WORD: Record<StepState['state'], string> = {
	pending: 'not begun',
	running: 'under way',
	passed: 'passed',
	failed: 'failed',
	skipped: 'skipped',
};

/** Steps that not every run has: they are not listed until they start, and then come before this step. */
const STANDS_BEFORE: Partial<Record<Step, Step>> = { 'standby copy': 'quiescence', restore: 'maintenance mode off' };

function stepIndex(next: RunState, { step, phase }: JournalRow): number | null {
	const at = next.steps.findIndex((known) => known.step === step);
	if (at >= 0) return at;
	const before = STANDS_BEFORE[step];
	if (!before || phase !== 'started') return null;
	const place = next.steps.findIndex((known) => known.step === before);
	next.steps.splice(place, 0, { ...PENDING, step });
	return place;
}

function stepAfter(step: StepState, row: JournalRow): StepState {
	switch (row.phase) {
		case 'started':
			return { ...PENDING, step: row.step, state: 'running', startedAt: row.at, summary: row.data.summary ?? null };
		case 'progress':
			return { ...step, progress: progressOf(row.data) };
		case 'statement started':
		case 'statement done': {
			const { index, total, file, line } = row.data;
			const done = row.phase === 'statement done' ? index : index - 1;
			// The log has the whole path; here the line must not be cut off.
			const summary = `${index} of ${total} · ${file.split('/').at(-1)}:${line}`;
			return { ...step, progress: { summary, done, total, unit: 'statements', perSecond: null, remainingMs: null } };
		}
		case 'check':
			return step.state === 'running' ? { ...step, progress: progressOf({ summary: `Checking: ${row.data.name}` }) } : step;
		case 'passed':
			return { ...step, state: 'passed', ms: row.data.ms, summary: row.data.summary, progress: null };
		case 'failed':
			return { ...step, state: 'failed', ms: row.data.ms, failure: row.data.failure, progress: null };
		case 'skipped':
			return { ...step, state: 'skipped', summary: row.data.summary, progress: null };
		default:
			return step;
	}
}

function progressOf(told: Extract<JournalRow, { phase: 'progress' }>['data']): Progress {
	return {
		summary: told.summary,
		done: told.done ?? null,
		total: told.total ?? null,
		unit: told.unit ?? null,
		perSecond: told.perSecond ?? null,
		remainingMs: told.remainingMs ?? null,
	};
}

function truthWords(truth: Truth): string {
	if (truth.kind === 'nothing_committed') return 'Nothing committed';
	if (truth.kind === 'checking') return 'Unknown: checking whether COMMIT happened';
	return truthAtWords(truth);
}

function statusWords(status: RunStatus): string {
	if (isOutcome(status)) return `The run has ended: ${OUTCOME_TITLE[status]}`;
	return status === 'awaiting_restore' ? 'Committed, but the smoke tests failed: a decision is needed' : '';
}
