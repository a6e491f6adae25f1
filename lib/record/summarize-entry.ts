import { CHECKLIST } from '#lib/domain/checklist.ts';
import { countWords } from '#lib/domain/count-words.ts';
import { STEP_TITLE, type Step } from '#lib/domain/run.ts';
import type { ParsedEntry } from './parse-entry.ts';

/** What an entry says, in one line; empty when its kind says it all. */
export function summarizeEntry({ kind, data }: Pick<ParsedEntry, 'kind' | 'data'>): string {
	const text = (name: string) => wordsOf(data[name]);
	switch (kind) {
		case 'targets.loaded':
			return `${listed(data.targets)}; the file’s SHA-256 is ${text('digest').slice(0, 12)}…`;
		case 'person.signed_in':
			return `with a ${text('factor')}, from ${text('address')}`;
		case 'person.sign_in_refused':
			return `${text('reason').replaceAll('_', ' ')}, from ${text('address')}`;
		case 'act.refused':
			return `to ${text('act')}: ${text('reason')}`;
		case 'change.filed':
		case 'change.revised':
			return `${text('title')} · digest ${text('digest').slice(0, 12)}`;
		case 'change.signed':
			return `as ${text('role')}, with a ${text('factor')}`;
		case 'change.refused':
			return `as ${text('role')}: ${text('reason')}`;
		case 'signature.revoked':
			return `as ${text('role')}`;
		case 'change.withdrawn':
			return text('reason');
		case 'run.claimed':
			return `run ${text('run')} · digest ${text('digest').slice(0, 12)}`;
		case 'run.step_started':
		case 'run.step_passed':
		case 'run.step_failed':
			return [stepTitle(text('step')), text('summary') || messageOf(data.failure)].filter(Boolean).join(': ');
		case 'run.ended':
			return `${text('outcome').replaceAll('_', ' ')}: ${text('summary')}`;
		case 'run.leftover_removed':
			return text('database') || text('folder') || text('session');
		case 'restore.offered':
			return messageOf(data.failure);
		case 'restore.confirmed':
			return `as ${text('capacity') === 'dba' ? 'Database Administrator' : 'Operator'}, at a price of ${rowsOf(data.price)}`;
		case 'restore.started':
			return `backup ${text('sha256').slice(0, 12)}…`;
		case 'restore.ended':
			return text('why');
		case 'alert.sent':
		case 'alert.failed':
			return [text('text'), text('error')].filter(Boolean).join(' · ');
		case 'checklist.ticked':
			return [CHECKLIST.find(({ item }) => item === data.item)?.title ?? text('item'), text('note')].filter(Boolean).join(': ');
		case 'change.closed':
			return `after it ${text('outcome').replaceAll('_', ' ')}`;
		default:
			return '';
	}
}

function wordsOf(value: unknown): string {
	return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

function listed(value: unknown): string {
	return Array.isArray(value) ? value.map(wordsOf).join(', ') : '';
}

function messageOf(failure: unknown): string {
	return wordsOf((failure as { message?: unknown } | null | undefined)?.message);
}

function rowsOf(price: unknown): string {
	const rows = (price as { rows?: unknown } | null | undefined)?.rows;
	return typeof rows === 'number' ? countWords(rows, 'row') : 'an unknown number of rows';
}

function stepTitle(step: string): string {
	return STEP_TITLE[step as Step] ?? step;
}
