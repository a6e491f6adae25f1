import nodemailer from 'nodemailer';
import { composeMail } from './compose-mail.ts';
import { type Outgoing, Undeliverable } from './delivery.ts';

/** For each answer of the mail server. */
const SILENT_MS = 10_000;
/** For all of it: a server may answer a little at a time for ever. */
const WHOLE_MS = 30_000;

/**
 * Sends one mail. Returns when the server has taken it. Throws an Undeliverable when it refuses the address or the message for good,
 * an Error when it may take it later. Where the URL holds a password, nothing is sent before the line is encrypted.
 */
export async function sendMail(road: { smtpUrl: string; from: string }, outgoing: Outgoing): Promise<void> {
	const to = outgoing.message.people[0];
	if (!to) throw new Undeliverable('the message names nobody');
	const url = new URL(road.smtpUrl);
	const transport = nodemailer.createTransport({
		host: url.hostname.replace(/^\[|\]$/g, ''),
		port: Number(url.port) || (url.protocol === 'smtps:' ? 465 : 587),
		secure: url.protocol === 'smtps:',
		...(url.username
			? { auth: { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) }, requireTLS: url.protocol === 'smtp:' }
			: {}),
		connectionTimeout: SILENT_MS,
		greetingTimeout: SILENT_MS,
		socketTimeout: SILENT_MS,
		disableFileAccess: true,
		disableUrlAccess: true,
	});
	const late = new AbortController();
	try {
		const sending = transport.sendMail({
			from: road.from,
			to: { name: to.name, address: to.email },
			...headersOf(outgoing),
			...composeMail(outgoing),
		});
		sending.catch(() => undefined); // When it is late nobody waits for it any more.
		await Promise.race([sending, tooLate(late.signal)]);
	} catch (error) {
		throw isRefusedForGood(error) ? new Undeliverable((error as Error).message) : error;
	} finally {
		late.abort();
		transport.close();
	}
}

/** What makes two copies one, and all mails of one change a thread. */
function headersOf({ id, message, createdAt, siteUrl }: Outgoing) {
	const { hostname } = new URL(siteUrl);
	return {
		messageId: `<${id}@${hostname}>`,
		references: `<${message.change}@${hostname}>`,
		date: createdAt,
		headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
	};
}

/** A wrong login is the deployer's to mend, and then the mail goes out; an address that is not there stays so. */
function isRefusedForGood(error: unknown): boolean {
	const { code, responseCode } = error as { code?: string; responseCode?: number };
	return (code === 'EENVELOPE' || code === 'EMESSAGE') && (responseCode ?? 0) >= 500;
}

function tooLate(signal: AbortSignal): Promise<never> {
	return new Promise((_, reject) => {
		const timer = setTimeout(() => reject(new Error(`the mail server was not done within ${WHOLE_MS / 1000} s`)), WHOLE_MS);
		signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
	});
}
