/** A run of text in one colour; or one character that cannot be seen, as `hidden` names it. */
export type Piece = { text: string; kind: 'keyword' | 'string' | 'number' | 'comment' | 'type' | null; hidden: string | null };

/** Characters that have no width, change the direction, or look like a space but are not. A tab is what it looks like. */
export const HIDDEN_CHARACTER = /[\p{Cf}\p{Zl}\p{Zp}\u00a0\u2000-\u200a\u202f\u205f\u3000]|(?!\t)\p{Cc}/u;
const NAME: Record<number, string> = {
	13: 'carriage return',
	160: 'no-break space',
	173: 'soft hyphen',
	8203: 'zero-width space',
	8204: 'zero-width non-joiner',
	8205: 'zero-width joiner',
	8206: 'left-to-right mark',
	8207: 'right-to-left mark',
	8234: 'left-to-right embedding',
	8235: 'right-to-left embedding',
	8236: 'pop directional formatting',
	8237: 'left-to-right override',
	8238: 'right-to-left override',
	8288: 'word joiner',
	8294: 'left-to-right isolate',
	8295: 'right-to-left isolate',
	8296: 'first strong isolate',
	8297: 'pop directional isolate',
	65279: 'byte order mark',
};

/** Splits a text so that each invisible character is a separate piece: people must see what they sign. */
export function cutHidden(text: string, kind: Piece['kind']): Piece[] {
	if (!HIDDEN_CHARACTER.test(text)) return [{ text, kind, hidden: null }];
	const pieces: Piece[] = [];
	for (const character of text) {
		const last = pieces.at(-1);
		if (HIDDEN_CHARACTER.test(character)) pieces.push({ text: codeOf(character), kind, hidden: hiddenName(character) });
		else if (last && last.hidden === null) last.text += character;
		else pieces.push({ text: character, kind, hidden: null });
	}
	return pieces;
}

/** What people call a hidden character. */
export function hiddenName(character: string): string {
	return NAME[character.codePointAt(0) ?? 0] ?? 'hidden character';
}

/** How a hidden character is shown: U+200B. */
export function codeOf(character: string): string {
	return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}
