import type { ByteRule } from './rule.ts';

/** U+202A–202E and U+2066–2069 in UTF-8. They make text look different from what it is ("Trojan Source", CVE-2021-42574). */
const CONTROL = /\xe2(?:\x80[\xaa-\xae]|\x81[\xa6-\xa9])/;

export const bidiControls: ByteRule = (bytes) => {
	if (!bytes.includes(0xe2)) return null;
	const offset = bytes.toString('latin1').search(CONTROL);
	if (offset === -1) return null;
	const point = bytes.toString('utf8', offset, offset + 3).codePointAt(0) ?? 0;
	return {
		code: 'bidi_control',
		offset,
		message: `U+${point.toString(16).toUpperCase()} is a bidirectional control: the text that people see would differ from what runs`,
		instead: "Remove it. If data really needs it, write an escape, such as U&'\\202E'.",
	};
};
