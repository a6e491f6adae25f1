import { z } from 'zod';

const UNIT_MS = { ms: 1, s: 1000, min: 60_000, h: 3_600_000 } as const;

/** A duration as people write it in YAML ("10s", "5min", "250ms", "24h"), in milliseconds. Zero is refused: it would mean "no limit". */
export const durationMs = z
	.string()
	.regex(/^\d+(ms|s|min|h)$/, 'must be a duration, such as 10s, 5min, 250ms or 24h')
	.transform((text) => {
		const [, n, unit] = /^(\d+)(ms|s|min|h)$/.exec(text) as unknown as [string, string, keyof typeof UNIT_MS];
		return Number(n) * UNIT_MS[unit];
	})
	.refine((ms) => ms > 0, 'must be above zero');
