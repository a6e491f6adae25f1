import type { IncomingMessage, ServerResponse } from 'node:http';

/** A mail as the page shows it. `number` counts from 1 in the order of arrival. */
export type CaughtMail = { number: number; to: string; subject: string; at: string; text: string; html: string };

/** `/` lists the mails, the newest first; `/1` shows one; `/1/html` is its own HTML, for the frame that it is shown in. */
export function answer(mails: CaughtMail[], request: IncomingMessage, response: ServerResponse): void {
	const [, number, part] = /^\/(\d+)?(\/html)?$/.exec(request.url ?? '/') ?? [];
	const mail = mails.find((one) => String(one.number) === number);
	response.setHeader('content-type', 'text/html; charset=utf-8');
	response.setHeader('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'");
	if (number === undefined && part === undefined) return void response.end(listPage(mails));
	if (!mail) return void response.writeHead(404).end(shell('Not found', '<p>There is no such mail.</p>'));
	// A link in a mail opens in the place of the whole page, not of its frame.
	response.end(part ? `<base target="_top">${mail.html || `<pre>${escapeHtml(mail.text)}</pre>`}` : mailPage(mail));
}

function listPage(mails: CaughtMail[]): string {
	const rows = mails.map(
		({ number, to, subject, at }) =>
			`<li><a href="/${number}">${escapeHtml(subject)}</a><p>To ${escapeHtml(to)} · ${at.slice(11, 19)} UTC</p></li>`,
	);
	const list = rows.length > 0 ? `<ol>${rows.join('\n')}</ol>` : '<p>None yet. File a change, and whoever signs first gets one.</p>';
	return shell('Mails of the demo', `<p>Nothing leaves this machine. The newest first; this page looks again every 5 s.</p>${list}`, 5);
}

function mailPage({ number, to, subject, at }: CaughtMail): string {
	const when = `${at.slice(0, 10)} ${at.slice(11, 19)} UTC`;
	return shell(
		escapeHtml(subject),
		`<p><a href="/">All mails</a></p><p>To ${escapeHtml(to)} · ${when}</p>
		<iframe title="The mail" sandbox="allow-top-navigation-by-user-activation" src="/${number}/html"></iframe>`,
	);
}

function shell(title: string, body: string, refreshSeconds?: number): string {
	return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
${refreshSeconds ? `<meta http-equiv="refresh" content="${refreshSeconds}">` : ''}
<title>${title}</title>
<style>
	:root { color-scheme: light dark; --line: light-dark(#e7e5e4, #262931); --soft: light-dark(#57534e, #a7abb5); }
	body { font: 14px/1.5 system-ui, sans-serif; max-width: 44rem; margin: 2rem auto; padding: 0 1rem; overflow-wrap: anywhere; }
	h1 { font-size: 1.25rem; margin: 0; } p { margin: .25rem 0; color: var(--soft); }
	ol { list-style: none; padding: 0; } li { padding: .5rem 0; border-bottom: 1px solid var(--line); }
	iframe { width: 100%; height: 34rem; margin-top: 1rem; border: 1px solid var(--line); border-radius: 6px; background: #f6f7f8; }
</style>
<h1>${title}</h1>
${body}
</html>`;
}

const ENTITY: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function escapeHtml(text: string): string {
	return text.replace(/[&<>"]/g, (character) => ENTITY[character] ?? character);
}
