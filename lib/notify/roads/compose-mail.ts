import { linkOf, type Outgoing, oneLine } from './delivery.ts';

const LONGEST_SUBJECT = 180;
const NOT_FROM_HERE = 'Nothing can be signed, approved or stopped from this message. Sign in to the console and read it there.';

export type Mail = { subject: string; text: string; html: string };

/** A notice as a mail, in plain text and as HTML: the same words, and one link. */
export function composeMail(outgoing: Pick<Outgoing, 'message' | 'siteUrl'>): Mail {
	const { message, siteUrl } = outgoing;
	const link = linkOf(outgoing);
	const choose = new URL('/settings/notifications', siteUrl).href;
	const title = oneLine(message.title);
	const about = `${message.change}: ${title}`;
	const subject = `${message.headline}: ${title}`;
	const text = [
		message.headline,
		`${about}\nTarget: ${message.target}`,
		...message.lines,
		`${message.link.title}:\n${link}`,
		NOT_FROM_HERE,
		`You choose what you are told, and how:\n${choose}`,
	].join('\n\n');
	const paragraphs = message.lines.map((line) => `<p style="margin:0 0 12px">${escapeHtml(line)}</p>`).join('\n');
	const html = `<!doctype html>
<html lang="en"><body style="margin:0;padding:24px;background:#f6f7f8;color:#16191d;font:15px/1.5 system-ui,-apple-system,'Segoe UI',sans-serif">
<div style="max-width:560px;margin:0 auto;padding:24px;background:#fff;border:1px solid #dfe3e8;border-radius:10px">
<h1 style="margin:0 0 4px;font-size:19px;line-height:1.3">${escapeHtml(message.headline)}</h1>
<p style="margin:0 0 16px;color:#57606a">${escapeHtml(about)}<br>Target: ${escapeHtml(message.target)}</p>
${paragraphs}
<p style="margin:20px 0"><a href="${escapeHtml(link)}" style="display:inline-block;padding:9px 16px;border-radius:7px;background:#2456c9;color:#fff;text-decoration:none;font-weight:600">${escapeHtml(message.link.title)}</a></p>
<p style="margin:0 0 4px;color:#57606a;font-size:13px">${escapeHtml(NOT_FROM_HERE)}</p>
<p style="margin:0;color:#57606a;font-size:13px"><a href="${escapeHtml(choose)}" style="color:#57606a">Choose what you are told, and how</a></p>
</div></body></html>
`;
	return { subject: subject.length > LONGEST_SUBJECT ? `${subject.slice(0, LONGEST_SUBJECT - 1)}…` : subject, text: `${text}\n`, html };
}

const ENTITY: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function escapeHtml(text: string): string {
	return text.replace(/[&<>"']/g, (character) => ENTITY[character] ?? character);
}
