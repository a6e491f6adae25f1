/** A run of text in one colour; or one character that cannot be seen, as `hidden` names it. */
export type Piece = { text: string; kind: 'keyword' | 'string' | 'number' | 'comment' | 'type' | null; hidden: string | null };

/** Everything that takes no room, changes the direction, or looks like a space and is none. A tab is as it looks. */
const HIDDEN = /[\p{Cf}\p{Zl}\p{Zp}\u00a0\u2000-\u200a\u202f\u205f\u3000]|(?!\t)\p{Cc}/u;
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

/** Cuts what cannot be seen out of a text, each such character a piece of its own: people must see what they sign. */
export function cutHidden(text: string, kind: Piece['kind']): Piece[] {
	if (!HIDDEN.test(text)) return [{ text, kind, hidden: null }];
	const pieces: Piece[] = [];
	for (const character of text) {
		const last = pieces.at(-1);
		if (HIDDEN.test(character))
			pieces.push({ text: codeOf(character), kind, hidden: NAME[character.codePointAt(0) ?? 0] ?? 'hidden character' });
		else if (last && last.hidden === null) last.text += character;
		else pieces.push({ text: character, kind, hidden: null });
	}
	return pieces;
}

function codeOf(character: string): string {
	return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}
