import type { Message } from '#lib/domain/notice.ts';

/** One message on its way. The id is the same at every attempt: whoever receives it twice can tell. */
export type Outgoing = { id: string; entrySeq: bigint; createdAt: Date; message: Message; siteUrl: string };

/** One delivery that a worker has taken. `attempts` counts this one. */
export type Taken = { id: string; entrySeq: bigint; message: unknown; attempts: number; createdAt: Date };

/** It was refused for good: trying again changes nothing. */
export class Undeliverable extends Error {}

/** The address of the page where one reads on. */
export function linkOf({ message, siteUrl }: Pick<Outgoing, 'message' | 'siteUrl'>): string {
	return new URL(message.link.path, siteUrl).href;
}

/** No line of a header or of a heading holds another: what people have written may hold anything. */
export function oneLine(text: string): string {
	return text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim();
}
