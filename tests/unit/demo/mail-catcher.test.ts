import { afterAll, beforeAll, expect, test } from 'vitest';
import { type MailCatcher, startMailCatcher } from '#demo/mail/catcher.ts';
import type { Message } from '#lib/domain/notice.ts';
import { sendMail } from '#lib/notify/roads/send-mail.ts';

let catcher: MailCatcher;
beforeAll(async () => {
	catcher = await startMailCatcher({ smtpPort: 0, port: 0 });
});
afterAll(() => catcher?.close());

const message: Message = {
	kind: 'your_turn',
	change: 'CHG-7',
	title: '<script>alert(1)</script>',
	target: 'ehg-production',
	headline: 'Your turn to sign CHG-7 as Chairman',
	lines: ['Samir Osei has signed it.'],
	link: { path: '/changes/7/sign?seat=chairman', title: 'Read CHG-7 and decide' },
	at: '2026-11-26T15:00:00.000Z',
	people: [{ name: 'Charles Nwosu', email: 'charles@example.test' }],
};

test('a mail that the console sends is listed, and shown as what it is', async () => {
	const read = async (path: string) => (await fetch(`${catcher.url}${path}`)).text();
	expect(await read('/')).toContain('None yet.');
	const outgoing = { id: 'one', entrySeq: 1n, createdAt: new Date('2026-11-26T15:00:01Z'), message, siteUrl: 'http://localhost:3000' };
	await sendMail({ smtpUrl: catcher.smtpUrl, from: 'Countersign <countersign@localhost>' }, outgoing);
	const list = await read('/');
	expect(list).toContain('Your turn to sign CHG-7 as Chairman');
	expect(list).toContain('charles@example.test');
	expect(list).not.toContain('<script>');
	expect(await read('/1')).toContain('src="/1/html"');
	expect(await read('/1/html')).toContain('href="http://localhost:3000/changes/7/sign?seat=chairman"');
	expect((await fetch(`${catcher.url}/2`)).status).toBe(404);
});
