import { createServer } from 'node:http';
import type { AddressInfo, Server } from 'node:net';
import { type ParsedMail, simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';
import { answer, type CaughtMail } from './page.ts';

export type MailCatcher = { smtpUrl: string; url: string; mails(): CaughtMail[]; close(): Promise<void> };

/** The oldest are dropped: it runs as long as the demo does. */
const KEPT = 500;

/** A mail server on this machine that sends nothing on, and a page that shows what it was given. Port 0 is any free one. */
export async function startMailCatcher({ smtpPort, port }: { smtpPort: number; port: number }): Promise<MailCatcher> {
	const mails: CaughtMail[] = [];
	let count = 0;
	const smtp = new SMTPServer({
		authOptional: true,
		disabledCommands: ['AUTH', 'STARTTLS'],
		onData: (stream, _session, done) => {
			simpleParser(stream).then((mail) => {
				count += 1;
				mails.unshift(caught(count, mail));
				mails.length = Math.min(mails.length, KEPT);
				done();
			}, done);
		},
	});
	smtp.on('error', () => undefined); // A line that was cut.
	const pages = createServer((request, response) => answer(mails, request, response));
	await listen(smtp.server as unknown as Server, smtpPort);
	await listen(pages, port);
	return {
		smtpUrl: `smtp://127.0.0.1:${portOf(smtp.server as unknown as Server)}`,
		url: `http://127.0.0.1:${portOf(pages)}`,
		mails: () => [...mails],
		close: async () => {
			pages.closeAllConnections();
			await Promise.all([
				new Promise<void>((resolve) => smtp.close(() => resolve())),
				new Promise<void>((resolve) => pages.close(() => resolve())),
			]);
		},
	};
}

function caught(number: number, mail: ParsedMail): CaughtMail {
	const to = [mail.to ?? []].flat().map(({ text }) => text);
	return {
		number,
		to: to.join(', '),
		subject: mail.subject ?? '(no subject)',
		at: (mail.date ?? new Date()).toISOString(),
		text: mail.text ?? '',
		html: mail.html || '',
	};
}

function listen(server: Server, port: number): Promise<void> {
	return new Promise((resolve, reject) => {
		server.once('error', reject).listen(port, '127.0.0.1', resolve);
	});
}

function portOf(server: Server): number {
	return (server.address() as AddressInfo).port;
}
