import { expect, test } from 'vitest';
import { redact, redactStart } from '#lib/redact.ts';

/** Sorts of text that a pattern could try over and over. */
const LONG = ['a1b2c3', 'postgres://u:p', "password='", "password '", 'password=', 'a.b+c-', '://', "password='\\'"].map((piece) =>
	piece.repeat(Math.ceil(300_000 / piece.length)),
);

test.each(LONG)('300 KB of repeated pieces (%#) are redacted in less than five seconds', (text) => {
	const startedAt = performance.now();
	redact(text);
	expect(performance.now() - startedAt).toBeLessThan(5_000);
});

test('a long text is cut before it is redacted, and no secret shows by its first half', () => {
	const text = `${'x'.repeat(990)} password='secretsecret' ${'y'.repeat(300_000)}`;
	const kept = redactStart(text, 1_000);
	expect(kept).not.toContain('secr');
	expect(kept.length).toBeLessThan(1_100);
});
