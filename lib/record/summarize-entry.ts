import { CHECKLIST_STATE_TITLE, type ChecklistState, pointTitle } from '#lib/domain/checklist.ts';
import { type KeepPrice, keepPriceWords } from '#lib/domain/keep-price.ts';
import { readPrice } from '#lib/domain/restore-price.ts';
import { STEP_TITLE, type Step } from '#lib/domain/run.ts';
import { lossWords } from '#lib/domain/wording/price-words.ts';
import type { ParsedEntry } from './parse-entry.ts';

/** An entry in one line; empty when its title is enough. */
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
		case 'comment.written':
		case 'comment.answered':
			return `${text('path')}, line ${text('line')}: ${text('text')}`;
		case 'comment.resolved':
			return `${text('path')}, line ${text('line')}`;
		case 'responders.asked':
			return listed(data.asked);
		case 'change.withdrawn':
		case 'change.voided':
			return text('reason');
		case 'rehearsal.failed':
			return messageOf(data.failure);
		case 'rehearsal.interrupted':
			return text('why');
		case 'start.armed':
			return `for ${text('startsAt')}`;
		case 'start.disarmed':
			return `was to start at ${text('startsAt')}`;
		case 'start.missed':
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
			return text('database') || text('folder') || text('session') || (data.pending ? 'the word that a decision is pending' : '');
		case 'restore.offered':
			return [messageOf(data.failure), lossOf(data.price)].filter(Boolean).join(' ');
		case 'restore.confirmed':
			return `as ${text('capacity') === 'dba' ? 'Database Administrator' : 'Operator'}, at the price of ${priceOf(data.price)}`;
		case 'keep.confirmed':
			return `as ${text('capacity') === 'dba' ? 'Database Administrator' : 'Operator'}, maintenance mode ${data.maintenanceOff ? 'goes off' : 'stays on'}: ${keepPriceWords(data.price as KeepPrice)}`;
		case 'restore.started':
			return `backup ${text('sha256').slice(0, 12)}…`;
		case 'restore.ended':
			return text('why');
		case 'alert.sent':
		case 'alert.failed':
			return [text('text'), text('error')].filter(Boolean).join(' · ');
		case 'checklist.ticked':
			return [text('title') || pointTitle(text('item')) || text('item'), stateWords(data), text('note')].filter(Boolean).join(': ');
		case 'change.closed':
			return `after it ${text('outcome').replaceAll('_', ' ')}`;
		default:
			return '';
	}
}

function wordsOf(value: unknown): string {
	return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

/** Entries of before there were states have none: they said "passed". */
function stateWords({ state }: Record<string, unknown>): string {
	return (CHECKLIST_STATE_TITLE[state as ChecklistState] ?? '').toLowerCase();
}

function listed(value: unknown): string {
	return Array.isArray(value) ? value.map(wordsOf).join(', ') : '';
}

function messageOf(failure: unknown): string {
	return wordsOf((failure as { message?: unknown } | null | undefined)?.message);
}

function priceOf(stored: unknown): string {
	const price = readPrice(stored);
	return price ? lossWords(price) : 'an unknown loss';
}

function lossOf(stored: unknown): string {
	return stored ? `A restore would lose ${priceOf(stored)}.` : '';
}

function stepTitle(step: string): string {
	return STEP_TITLE[step as Step] ?? step;
}
