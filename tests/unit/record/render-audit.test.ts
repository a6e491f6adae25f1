import { expect, test } from 'vitest';
import type { ParsedEntry } from '#lib/record/parse-entry.ts';
import { escapeMarkdown, renderAudit } from '#lib/record/render-audit.ts';

const RUN = '0f8fad5b-d9cb-469f-a165-70867728950e';
const DIGEST = 'ab'.repeat(32);

function entry(seq: number, kind: ParsedEntry['kind'], data: Record<string, unknown>, actor = 'Olga Petrov'): ParsedEntry {
	const subject = { change: 'CHG-12', ...(kind.startsWith('change.') && kind !== 'change.closed' ? {} : { runId: RUN }) };
	const hash = seq.toString(16).padStart(64, '0');
	return {
		v: 1,
		at: '2026-11-22T02:14:07.000Z',
		kind,
		actor: { id: null, name: actor },
		subject,
		data,
		seq: String(seq),
		hash,
		previous: hash,
		exact: '{}',
	};
}

const render = (entries: ParsedEntry[]) => renderAudit({ change: 'CHG-12', runId: RUN, run: 1, target: 'shop', digest: DIGEST, entries });

test('names backup, recovery point, signatures of this digest, steps, outcome and every entry with its hash', () => {
	const evidence = {
		folder: '/backups/shop_1',
		bytes: 41_200_000_000,
		sha256: 'cd'.repeat(32),
		recoveryPoint: { name: 'countersign 1', lsn: '2/4F000118', archivedAt: '02:10' },
	};
	const text = render([
		entry(
			1,
			'change.signed',
			{ role: 'Security Officer', hash: 'ef'.repeat(32), statement: { digest: DIGEST, meaning: 'I approve.' } },
			'Samir Osei',
		),
		entry(2, 'change.signed', { role: 'Chairman', hash: '12'.repeat(32), statement: { digest: 'other' } }, 'Charles Nwosu'),
		entry(3, 'run.step_passed', { step: 'backup', summary: 'good', ms: 12, evidence }),
		entry(4, 'run.step_passed', { step: 'transaction', summary: 'committed', ms: 9, evidence: { statements: 42 } }),
		entry(5, 'run.ended', { outcome: 'succeeded', summary: 'Committed.', truth: { kind: 'committed', at: '2026-11-22T02:14:06.000Z' } }),
		entry(6, 'checklist.ticked', { item: 'complaints', note: 'none' }),
		entry(7, 'checklist.ticked', { item: 'smoke_tests', state: 'failed', note: 'one was wrong', title: 'All smoke tests passed' }),
		entry(8, 'change.closed', {
			outcome: 'succeeded',
			checklist: [{ item: 'backup', state: 'passed', note: '', measured: 'passed', evidence: '41.2 GB, read in full' }],
		}),
	]);
	expect(text).toContain('- Backup: /backups/shop\\_1');
	expect(text).toContain('- Size: 41.2 GB (41200000000 bytes)');
	expect(text).toContain('WAL position 2/4F000118');
	expect(text).toContain(`- Security Officer: Samir Osei, 2026-11-22T02:14:07.000Z, statement \`${'ef'.repeat(32)}\` — I approve.`);
	expect(text).not.toContain('- Chairman');
	expect(text).toContain('  - Statements: 42');
	expect(text).toContain('- Outcome: **succeeded**');
	expect(text).toContain('- [x] No user complaints: passed, Olga Petrov');
	expect(text).toContain('- [ ] Performance metrics normal');
	expect(text).toContain('- [ ] All smoke tests passed: failed, Olga Petrov');
	expect(text).toContain('- [x] Backup verification completed: passed by measurement, 41.2 GB, read in full');
	expect(text).toContain(
		`| 6 | 2026-11-22T02:14:07.000Z | Olga Petrov | Checklist ticked · No user complaints: none | \`${'6'.padStart(64, '0')}\` |`,
	);
});

test('says that a run without a backup had none', () => {
	expect(render([])).toContain('- None: the run ended before the backup was proved.');
	expect(render([])).toContain('- The run has not ended.');
});

test('what people wrote is shown and never interpreted', () => {
	const hostile = '<script>x</script> [a](https://evil) | `b`\n## Outcome\n- **ok** www.evil.example a@b.c';
	const safe = escapeMarkdown(hostile);
	expect(safe).not.toMatch(/[<>\n@]|:\/\/|www\./);
	expect(safe).toContain('\\[a\\](https&#58;//evil) \\| \\`b\\` \\#\\# Outcome');
	expect(render([entry(1, 'checklist.ticked', { item: 'complaints', note: hostile })]).match(/^## Outcome$/gm)).toHaveLength(1);
});

test('a hash that is none cannot leave its code span', () => {
	const text = render([entry(1, 'change.signed', { role: 'DBA', hash: 'ab` **x**', statement: { digest: DIGEST } })]);
	expect(text).toContain('statement `ab`');
});

test('says how the change came to its target, as it was filed: what ran on staging, or why nothing did', () => {
	const filed = (seq: number, digest: string, route: object) =>
		entry(seq, 'change.filed', { digest, content: { v: 3, route, request: { why_not_staging: 'Staging is *down*' } } });
	const staged = {
		kind: 'staged',
		staging: 'shop-staging',
		bundle: '11'.repeat(32),
		change: 'CHG-7',
		revision: 2,
		digest: '22'.repeat(32),
	};
	const run = { run: 'a run', number: 1, ended: '2026-11-21T02:00:00.000Z', entry: '33'.repeat(32) };
	const text = render([filed(1, 'other', { kind: 'direct', staging: null }), filed(2, DIGEST, { ...staged, ...run })]);
	expect(text).toContain('- The same bundle succeeded on shop-staging: CHG-7, run 1, ended 2026-11-21 02:00:00 UTC.');
	for (const hash of ['11', '22', '33']) expect(text).toContain(`\`${hash.repeat(32)}\``);
	expect(text).not.toContain('Why, in');
	expect(render([filed(1, DIGEST, { kind: 'direct', staging: 'shop-staging' })])).toContain('requester’s words: Staging is \\*down\\*');
});
