import { CHECKLIST_STATE_TITLE, CHECKLIST_STATES, checklistOf } from '#lib/domain/checklist.ts';
import { routeWords } from '#lib/domain/route.ts';
import { OUTCOMES, STEP_TITLE, type Step } from '#lib/domain/run.ts';
import { type RevisionContent, signedRouteOf } from '#lib/domain/statement.ts';
import { formatBytes } from '#lib/domain/wording/format-bytes.ts';
import { KIND_TITLE } from './kind-title.ts';
import type { ParsedEntry } from './parse-entry.ts';
import { summarizeEntry } from './summarize-entry.ts';

export type AuditInput = {
	/** The change's name: CHG-12. */
	change: string;
	runId: string;
	run: number;
	target: string;
	digest: string;
	/** The entries about this run, and those about its change that name no run, in the order of the record. */
	entries: ParsedEntry[];
};

type Data = Record<string, unknown>;

/**
 * The Markdown audit file of a run, rendered from the record. Everything in it comes from the entries, which are listed below with
 * their numbers and hashes. Text from people and servers is escaped: it is shown, never interpreted.
 */
export function renderAudit(input: AuditInput): string {
	const ofRun = input.entries.filter((entry) => entry.subject.runId === input.runId);
	const sections = [
		headOf(input, ofRun),
		section('Backup', backupLines(passedData(ofRun, 'backup'))),
		section('Window', windowLines(passedData(ofRun, 'window'))),
		section('Staging → production', routeLines(input)),
		section('Signatures', signatureLines(input)),
		section('Steps', stepLines(ofRun)),
		section('Decision after COMMIT', restoreLines(ofRun)),
		section('Outcome', outcomeLines(ofRun)),
		section('Post-execution checklist', checklistLines(ofRun)),
		section('Entries of the record', entryLines(input.entries)),
	];
	return `${sections.filter(Boolean).join('\n\n')}\n`;
}

function headOf({ change, run, target, digest }: AuditInput, ofRun: ParsedEntry[]): string {
	const claim = ofRun.find((entry) => entry.kind === 'run.claimed');
	return [
		`# ${escapeMarkdown(change)}, run ${run}, on ${escapeMarkdown(target)}`,
		'',
		`- Revision digest: \`${hex(digest)}\``,
		`- Executed by: ${claim ? `${escapeMarkdown(claim.actor.name)} at ${claim.at}` : 'not in the record'}`,
		'- This file was generated from the record. The record is authoritative.',
	].join('\n');
}

function section(title: string, lines: string[]): string {
	return lines.length === 0 ? '' : `## ${title}\n\n${lines.join('\n')}`;
}

function backupLines(passed: { at: string; data: Data } | null): string[] {
	if (!passed) return ['- None: the run ended before the backup was proved.'];
	const evidence = objectOf(passed.data.evidence);
	const point = objectOf(evidence.recoveryPoint);
	return [
		`- Backup: ${escapeMarkdown(textOf(evidence.folder))}`,
		`- Size: ${typeof evidence.bytes === 'number' ? `${formatBytes(evidence.bytes)} (${evidence.bytes} bytes)` : 'unknown'}`,
		`- Time: ${passed.at}`,
		`- SHA-256: \`${hex(textOf(evidence.sha256))}\``,
		point.lsn
			? `- Recovery point: ${escapeMarkdown(textOf(point.name))}, WAL position ${escapeMarkdown(textOf(point.lsn))}, archived ${escapeMarkdown(textOf(point.archivedAt))}`
			: '- Recovery point: not required by the target’s definition',
	];
}

function windowLines(passed: { at: string; data: Data } | null): string[] {
	if (!passed) return ['- The window was not open.'];
	const { targetClock, closesAt } = objectOf(passed.data.evidence);
	return [
		`- ${escapeMarkdown(textOf(passed.data.summary))}`,
		...(closesAt
			? [`- Open until ${escapeMarkdown(textOf(closesAt))}; the target’s clock showed ${escapeMarkdown(textOf(targetClock))}`]
			: []),
	];
}

/** As it was filed; revisions of before there were routes went straight to their target. */
function routeLines({ entries, digest }: AuditInput): string[] {
	const filed = entries.find(({ kind, data }) => (kind === 'change.filed' || kind === 'change.revised') && data.digest === digest);
	if (!filed?.data.content) return [];
	const route = signedRouteOf(filed.data.content as RevisionContent);
	const lines = [`- ${escapeMarkdown(routeWords(route))}`];
	if (route.kind === 'direct') return [...lines, `- Why, in the requester’s words: ${escapeMarkdown(route.why)}`];
	if (route.kind === 'staging') return lines;
	return [
		...lines,
		`- Run: ${escapeMarkdown(route.run)}, of revision digest \`${hex(route.digest)}\``,
		`- Bundle digest, the same there and here: \`${hex(route.bundle)}\``,
		`- Entry of the record that says so: \`${hex(route.entry)}\``,
	];
}

/** Only signatures of this digest: those of another revision approved something else. */
function signatureLines({ entries, digest }: AuditInput): string[] {
	return entries
		.filter((entry) => entry.kind === 'change.signed' && objectOf(entry.data.statement).digest === digest)
		.map(
			({ actor, at, data }) =>
				`- ${escapeMarkdown(textOf(data.role))}: ${escapeMarkdown(actor.name)}, ${at}, statement \`${hex(textOf(data.hash))}\` — ${escapeMarkdown(textOf(objectOf(data.statement).meaning))}`,
		);
}

function stepLines(ofRun: ParsedEntry[]): string[] {
	return ofRun
		.filter(({ kind }) => kind === 'run.step_passed' || kind === 'run.step_failed')
		.flatMap(({ kind, at, data }) => {
			const passed = kind === 'run.step_passed';
			const words = `${stepTitle(data)} ${passed ? 'passed' : 'FAILED'} after ${textOf(data.ms)} ms, ${at}`;
			return [
				`- [${passed ? 'x' : ' '}] ${words}: ${escapeMarkdown(passed ? textOf(data.summary) : failureWords(data.failure))}`,
				...testLines(data),
			];
		});
}

function testLines({ step, evidence }: Data): string[] {
	const { smokeTests, statements } = objectOf(evidence);
	if (step === 'transaction' && typeof statements === 'number') return [`  - Statements: ${statements}`];
	if (!Array.isArray(smokeTests)) return [];
	return smokeTests.map((name) => `  - Smoke test passed: ${escapeMarkdown(textOf(name))}`);
}

function restoreLines(ofRun: ParsedEntry[]): string[] {
	return ofRun
		.filter(({ kind }) => kind.startsWith('restore.') || kind === 'keep.confirmed' || kind === 'smoke_tests.asked_again')
		.map(
			(entry) => `- ${KIND_TITLE[entry.kind]}, ${entry.at}, ${escapeMarkdown(entry.actor.name)}: ${escapeMarkdown(summarizeEntry(entry))}`,
		);
}

function outcomeLines(ofRun: ParsedEntry[]): string[] {
	const end = ofRun.findLast(({ kind }) => kind === 'run.ended');
	if (!end) return ['- The run has not ended.'];
	const truth = objectOf(end.data.truth);
	return [
		`- Outcome: **${escapeMarkdown(textOf(end.data.outcome).replaceAll('_', ' '))}**, ${end.at}`,
		`- ${escapeMarkdown(textOf(end.data.summary))}`,
		`- Truth about COMMIT: ${escapeMarkdown(textOf(truth.kind).replaceAll('_', ' '))}${truth.at ? ` ${truth.late ? 'before' : 'at'} ${escapeMarkdown(textOf(truth.at))}` : ''}`,
	];
}

function checklistLines(ofRun: ParsedEntry[]): string[] {
	const outcome = OUTCOMES.find((one) => one === ofRun.findLast(({ kind }) => kind === 'run.ended')?.data.outcome);
	if (!outcome || outcome === 'unknown') return [];
	const ticks = ofRun.filter(({ kind }) => kind === 'checklist.ticked');
	const kept = ofRun.findLast(({ kind }) => kind === 'change.closed')?.data.checklist;
	const measured = (Array.isArray(kept) ? kept : []).map(objectOf);
	return checklistOf(outcome).map(({ item, title }) => {
		const tick = ticks.find(({ data }) => data.item === item);
		if (!tick) {
			const alone = measured.find((row) => row.item === item);
			return alone ? `- [x] ${title}: passed by measurement, ${escapeMarkdown(textOf(alone.evidence))}` : `- [ ] ${title}`;
		}
		// One of before there were states said "passed".
		const state = CHECKLIST_STATES.find((one) => one === tick.data.state) ?? 'passed';
		const note = textOf(tick.data.note);
		const said = `${CHECKLIST_STATE_TITLE[state].toLowerCase()}, ${escapeMarkdown(tick.actor.name)}, ${tick.at}`;
		return `- [${state === 'passed' ? 'x' : ' '}] ${title}: ${said}${note ? `, “${escapeMarkdown(note)}”` : ''}`;
	});
}

function entryLines(entries: ParsedEntry[]): string[] {
	const rows = entries.map((entry) => {
		const what = [KIND_TITLE[entry.kind], summarizeEntry(entry)].filter(Boolean).join(' · ');
		return `| ${entry.seq} | ${entry.at} | ${escapeMarkdown(entry.actor.name)} | ${escapeMarkdown(what)} | \`${entry.hash}\` |`;
	});
	return ['| Entry | Time | Who | What | Hash |', '|---|---|---|---|---|', ...rows];
}

function passedData(ofRun: ParsedEntry[], step: Step): { at: string; data: Data } | null {
	return ofRun.find(({ kind, data }) => kind === 'run.step_passed' && data.step === step) ?? null;
}

function stepTitle({ step }: Data): string {
	return STEP_TITLE[step as Step] ?? escapeMarkdown(textOf(step));
}

function failureWords(failure: unknown): string {
	const { message, file, line, column, sqlstate } = objectOf(failure);
	const place = [file, line, column].filter((part) => part !== undefined).join(':');
	return [textOf(message), place, sqlstate ? `SQLSTATE ${textOf(sqlstate)}` : ''].filter(Boolean).join(', ');
}

function objectOf(value: unknown): Data {
	return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Data) : {};
}

function textOf(value: unknown): string {
	return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

/** Only hash characters, so that the text cannot leave its code span. */
function hex(text: string): string {
	return text.replace(/[^0-9a-f]/g, '');
}

/** Any text as one line of Markdown: no markup, no HTML, no links, no control characters, no new table cell. */
export function escapeMarkdown(text: string): string {
	return text
		.replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ')
		.replace(/&/g, '&amp;')
		.replace(/</g, '&lt;')
		.replace(/>/g, '&gt;')
		.replace(/[\\`*_[\]|~#!]/g, '\\$&')
		.replace(/:\/\//g, '&#58;//')
		.replace(/\bwww\./gi, 'www&#46;')
		.replace(/@/g, '&#64;');
}
