import pino from 'pino';
import { redact } from './redact.ts';

const cleaned = (value: unknown) => (typeof value === 'string' ? redact(value) : value);

/** Name, message, stack and cause of whatever was thrown, without secrets. */
function describeError(error: unknown): unknown {
	if (!(error instanceof Error)) return cleaned(String(error));
	const { name, message, stack, cause } = error;
	return { name, message: redact(message), stack: redact(stack ?? ''), ...(cause === undefined ? {} : { cause: describeError(cause) }) };
}

/**
 * The log: one line of JSON per event, on standard error, because scripts print to standard output. `runId` is the run
 * it is about, `error` what was thrown. Secrets are removed from every text.
 */
export const log = pino(
	{
		base: { pid: process.pid },
		timestamp: pino.stdTimeFunctions.isoTime,
		formatters: {
			level: (level) => ({ level }),
			log: (fields) => Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, cleaned(value)])),
		},
		serializers: { error: describeError },
		hooks: {
			logMethod(words, method) {
				method.apply(this, words.map(cleaned) as Parameters<typeof method>);
			},
		},
	},
	pino.destination({ fd: 2, sync: true }),
);
