import { expect, test } from 'vitest';
import type { Role } from '#lib/domain/roles.ts';
import { alertOf } from '#lib/notify/alert-of.ts';
import { noticesOf } from '#lib/notify/notices-of.ts';
import { composeMail } from '#lib/notify/roads/compose-mail.ts';
import type { Scene } from '#lib/notify/scene.ts';

const person = (name: string, ...roles: Role[]) => ({ id: name, name, email: `${name}@example.test`, roles });
const PEOPLE = [
	person('rui', 'requester'),
	person('mei', 'requester', 'dba', 'security_officer', 'chairman', 'operator'),
	person('dana', 'dba'),
	person('samir', 'security_officer'),
	person('charles', 'chairman'),
	person('olga', 'operator'),
	person('ines', 'operator'),
	person('aude', 'auditor'),
];

const BASE: Scene = {
	entry: { kind: 'change.filed', at: '2026-11-26T15:00:00.000Z', actor: { id: 'rui', name: 'Rui' }, data: {} },
	change: { name: 'CHG-7', number: 7, title: 'Drop the old table', status: 'awaiting_dba', requesterId: 'rui' },
	isCurrent: true,
	revision: 1,
	target: { name: 'ehg', window: '02:00–04:00 UTC', operatorMaySign: true, rehearsalRequired: false },
	people: PEOPLE,
	seats: ['dba', 'security_officer', 'chairman'],
	signers: [],
	responderIds: ['ines'],
	run: null,
};
const SYSTEM = { id: null, name: 'system' };
const SIGNERS: Scene['signers'] = [
	{ seat: 'dba', personId: 'dana' },
	{ seat: 'security_officer', personId: 'samir' },
	{ seat: 'chairman', personId: 'charles' },
];
const RUN = { id: 'run-1', number: 1, operatorId: 'olga', status: 'running' };

type Change = { entry?: Partial<Scene['entry']>; change?: Partial<Scene['change']> } & Partial<Omit<Scene, 'entry' | 'change'>>;
function scene({ entry, change, ...rest }: Change): Scene {
	return { ...BASE, ...rest, entry: { ...BASE.entry, ...entry }, change: { ...BASE.change, ...change } };
}
const who = (given: Scene) => noticesOf(given).map(({ message, whom }) => [message.kind, whom.map(({ id }) => id)]);
const ended = (outcome: string) =>
	scene({ entry: { kind: 'run.ended', actor: SYSTEM, data: { outcome, summary: 'It is over.' } }, signers: SIGNERS, run: RUN });

test('a filed change asks those who may sit in the first seat, and not its requester', () => {
	expect(who(scene({}))).toEqual([['your_turn', ['mei', 'dana']]]);
	expect(who(scene({ change: { requesterId: 'mei' }, entry: { actor: { id: 'mei', name: 'Mei' } } }))).toEqual([['your_turn', ['dana']]]);
});

test('a signature asks the next seat, without those who sit in another', () => {
	const signed = { kind: 'change.signed', actor: { id: 'mei', name: 'Mei' }, data: { role: 'Database Administrator' } } as const;
	const given = { entry: signed, change: { status: 'awaiting_security_officer' }, signers: [{ seat: 'dba', personId: 'mei' }] } as const;
	expect(who(scene({ ...given, signers: [...given.signers] }))).toEqual([['your_turn', ['samir']]]);
});

test('where fewer people sign, the seat that comes next is asked, and nobody after the last', () => {
	const seats = ['dba', 'chairman'] as const;
	const signed = { kind: 'change.signed', actor: { id: 'dana', name: 'Dana' }, data: { role: 'Database Administrator' } } as const;
	expect(
		who(scene({ entry: signed, change: { status: 'awaiting_chairman' }, seats, signers: [{ seat: 'dba', personId: 'dana' }] })),
	).toEqual([['your_turn', ['mei', 'charles']]]);
	expect(who(scene({ entry: signed, change: { status: 'approved' }, seats: ['dba'] }))).toEqual([]);
});

test('a turn that is over by now is asked of nobody', () => {
	expect(who(scene({ change: { status: 'awaiting_chairman' } }))).toEqual([]);
	expect(who(scene({ change: { status: 'withdrawn' } }))).toEqual([]);
	expect(who(scene({ isCurrent: false }))).toEqual([]);
});

test('an approved change is told to its requester, its responders and who may execute it', () => {
	const approved = scene({ entry: { kind: 'change.approved', actor: SYSTEM }, change: { status: 'approved' }, signers: SIGNERS });
	expect(who(approved)).toEqual([['approved', ['rui', 'mei', 'olga', 'ines']]]);
});

test('a comment is told to the requester, the signers and who took part in it, with its place and no more than its beginning', () => {
	const data = { path: '1.sql', line: 3, text: 'x'.repeat(1000), inThread: ['ines', 'olga'] };
	const given = scene({
		entry: { kind: 'comment.answered', actor: { id: 'olga', name: 'Olga' }, data },
		signers: SIGNERS.slice(0, 1),
		isCurrent: false,
	});
	expect(who(given)).toEqual([['comment', ['rui', 'dana', 'ines']]]);
	const [{ message } = { message: null }] = noticesOf(given);
	expect(message?.headline).toBe('Olga answered a comment on CHG-7');
	expect(message?.lines).toEqual([`On revision 1, 1.sql, line 3: “${'x'.repeat(300)}…”`]);
});

test('how a rehearsal ended is told to the requester, and to whoever waited for it to sign', () => {
	const failure = { code: 'sql_error', message: 'relation "t" does not exist', part: 'transaction' };
	const failed = { entry: { kind: 'rehearsal.failed', actor: SYSTEM, data: { failure } } } as const;
	expect(who(scene(failed))).toEqual([['rehearsed', ['rui']]]);
	const required = { target: { ...BASE.target, rehearsalRequired: true } };
	expect(who(scene({ ...failed, ...required }))).toEqual([['rehearsed', ['rui', 'mei', 'dana']]]);
	expect(who(scene({ ...failed, ...required, change: { status: 'approved' } }))).toEqual([['rehearsed', ['rui']]]);
	expect(who(scene({ ...failed, ...required, isCurrent: false }))).toEqual([]);
	const [{ message } = { message: null }] = noticesOf(scene(failed));
	expect(message).toMatchObject({
		headline: 'The rehearsal of CHG-7 failed',
		lines: ['relation "t" does not exist.', 'Nothing on the live database was changed.'],
		link: { path: '/changes/7?tab=rehearsal' },
	});
	const passed = scene({ entry: { kind: 'rehearsal.passed', actor: SYSTEM } });
	expect(noticesOf(passed)[0]?.message.headline).toBe('The rehearsal of CHG-7 passed');
});

test('whoever can be the second of two is asked to confirm, while the run still waits', () => {
	const PRICE = {
		'restore.confirmed': { known: false, since: '2026-11-26T02:00:00.000Z', why: 'no answer' },
		'keep.confirmed': { total: 2, failed: ['Sums'], unanswered: [], health: 'not_asked' },
	};
	const waiting = { ...RUN, status: 'awaiting_restore' };
	const by = (kind: 'restore.confirmed' | 'keep.confirmed', id: string, capacity: string, run = waiting) =>
		scene({ entry: { kind, actor: { id, name: id }, data: { capacity, price: PRICE[kind] } }, signers: SIGNERS, run });
	expect(who(by('restore.confirmed', 'olga', 'operator'))).toEqual([['needs_decision', ['mei', 'dana']]]);
	expect(who(by('keep.confirmed', 'mei', 'dba'))).toEqual([['needs_decision', ['olga', 'ines']]]);
	expect(who(by('restore.confirmed', 'dana', 'dba', { ...RUN, status: 'restoring' }))).toEqual([]);
	const [notice] = noticesOf(by('keep.confirmed', 'olga', 'operator'));
	expect(notice?.message).toMatchObject({
		headline: 'CHG-7 on ehg: a second person must confirm',
		lines: [
			'olga would keep the change. 1 of 2 smoke tests fail: Sums.',
			'It must also be confirmed as Database Administrator. Until then the run waits.',
		],
	});
});

test('who did it is not told of it', () => {
	const claimed = { kind: 'run.claimed', actor: { id: 'olga', name: 'Olga' } } as const;
	expect(who(scene({ entry: claimed, signers: SIGNERS, run: RUN }))).toEqual([
		['run_started', ['rui', 'dana', 'samir', 'charles', 'ines']],
	]);
});

test('the end of a run is told to all who took part; an unknown one asks for a decision too', () => {
	const part = ['rui', 'dana', 'samir', 'charles', 'olga', 'ines'];
	expect(who(ended('succeeded'))).toEqual([['run_ended', part]]);
	expect(who(ended('unknown'))).toEqual([
		['run_ended', part],
		['needs_decision', ['mei', 'dana', 'olga', 'ines']],
	]);
});

test('a restore that begins by itself asks nobody, one that is offered does', () => {
	const price = { known: false, since: '2026-11-26T02:00:00.000Z', why: 'no answer', measuredAt: '2026-11-26T02:10:00.000Z', digest: '' };
	const offered = (automatic: boolean) =>
		scene({
			entry: { kind: 'restore.offered', actor: SYSTEM, data: { automatic, price, failure: { message: 'A smoke test is false' } } },
			run: RUN,
		});
	expect([who(offered(true)), alertOf(offered(true))]).toEqual([[], null]);
	expect(who(offered(false))).toEqual([['needs_decision', ['mei', 'dana', 'olga', 'ines']]]);
	expect(alertOf(offered(false))?.text).toMatch(/is committed, but A smoke test is false\. .* a restore would lose everything since/);
});

test('an alert is as grave as its outcome', () => {
	const severity = ['succeeded', 'rolled_back', 'kept', 'restored', 'unknown'].map((outcome) => alertOf(ended(outcome))?.severity);
	expect(severity).toEqual(['info', 'warning', 'critical', 'critical', 'critical']);
	expect(alertOf(scene({}))).toBeNull();
});

test('a mail has one subject of one line, one link, and no markup of anybody’s', () => {
	const title = 'Drop\r\nBcc: everybody@example.test <b>the</b> table';
	const [notice] = noticesOf(scene({ change: { title } }));
	if (!notice) throw new Error('nobody is told');
	const mail = composeMail({ message: notice.message, siteUrl: 'https://console.example' });
	expect(mail.subject).not.toMatch(/[\r\n]/);
	expect(mail.subject).toContain('Your turn to sign CHG-7 as Database Administrator');
	expect(mail.html).not.toContain('<b>');
	const links = [...mail.text.matchAll(/https:\S+/g)].map(([link]) => link);
	expect(links).toEqual(['https://console.example/changes/7/sign?seat=dba', 'https://console.example/settings/notifications']);
	expect([...mail.html.matchAll(/href="([^"]*)"/g)].map(([, link]) => link)).toEqual(links);
});
