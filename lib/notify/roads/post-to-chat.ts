import { linkOf, type Outgoing, oneLine } from './delivery.ts';
import { postJson } from './post-json.ts';

/** Says it in a channel, as an incoming webhook of Slack takes it. */
export function postToChat({ url }: { url: string }, outgoing: Outgoing): Promise<void> {
	return postJson({ url, body: JSON.stringify({ text: composeChat(outgoing) }) });
}

/** A notice in Slack's markup. What people have written is text there: it cannot mention a channel, nor make a link. */
export function composeChat(outgoing: Pick<Outgoing, 'message' | 'siteUrl'>): string {
	const { message } = outgoing;
	const names = message.people.map(({ name }) => name).join(', ');
	const whom = names === '' ? '' : `For ${escapeMarkup(names)} · `;
	return [
		`*${escapeMarkup(message.headline)}*`,
		escapeMarkup(`${message.change}: ${oneLine(message.title)} · ${message.target}`),
		...message.lines.map((line) => escapeMarkup(line)),
		`${whom}<${linkOf(outgoing)}|${escapeMarkup(message.link.title)}>`,
	].join('\n');
}

function escapeMarkup(text: string): string {
	return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
