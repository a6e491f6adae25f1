import { type Finding, findingName } from '#lib/domain/bundle/finding.ts';
import { excerptStart } from '#lib/sql/line-index.ts';

/** East Asian wide characters and emoji take two columns of a terminal. */
const WIDE =
	/[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u;
const ZERO_WIDTH = /\p{Mn}|\p{Me}/u;
const HIDDEN = /\p{Cc}|\p{Cf}|\p{Zl}|\p{Zp}/u;

const ASKS = { blocks: '', accept: 'must be accepted: ', note: 'note: ' } as const;

/**
 * A finding for a terminal: place and message, the line with a caret, what to do instead, and the name that it is accepted by. It contains
 * no control characters.
 */
export function formatFinding(finding: Finding): string {
	const place = [finding.file ?? 'bundle', finding.line, finding.column].filter((part) => part !== null).join(':');
	const lines = [`${visible(place)}  ${ASKS[finding.severity]}${visible(finding.message)}`];
	if (finding.excerpt !== null && finding.column !== null) {
		const before = [...finding.excerpt].slice(0, finding.column - excerptStart(finding.column)).join('');
		lines.push(`   ${visible(finding.excerpt)}`, `   ${' '.repeat(width(visible(before)))}^`);
	}
	if (finding.instead !== '') lines.push(`  instead: ${visible(finding.instead)}`);
	if (finding.severity === 'accept') lines.push(`  name: ${visible(findingName(finding))}`);
	return lines.join('\n');
}

/** What a server said beside its error, a line for each of its lines, named as psql names them. It contains no control characters. */
export function formatSaid(said: readonly (readonly [name: string, text: string])[]): string {
	return said.map(([name, text]) => `  ${name}:  ${text.split('\n').map(visible).join('\n    ')}`).join('\n');
}

/** Tabs become four spaces; control and other invisible characters become their code point, as \u{1b}. */
function visible(text: string): string {
	return [...text]
		.map((c) => {
			if (c === '\t') return '    ';
			return HIDDEN.test(c) ? `\\u{${(c.codePointAt(0) ?? 0).toString(16)}}` : c;
		})
		.join('');
}

function width(text: string): number {
	return [...text].reduce((sum, c) => sum + (ZERO_WIDTH.test(c) ? 0 : WIDE.test(c) ? 2 : 1), 0);
}
