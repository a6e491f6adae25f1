import { expect, test, vi } from 'vitest';
import { endStreams, isDraining, rememberStream } from '#lib/stream/end-streams.ts';

test('a process that stops ends the streams it serves, not those that ended before, and at once those that come later', async () => {
	const served = vi.fn();
	const ended = vi.fn();
	rememberStream(served);
	rememberStream(ended)();
	expect(isDraining()).toBe(false);
	endStreams();
	expect(isDraining()).toBe(true);
	expect(served).toHaveBeenCalledOnce();
	expect(ended).not.toHaveBeenCalled();
	const late = vi.fn();
	rememberStream(late);
	await vi.waitFor(() => expect(late).toHaveBeenCalledOnce());
});
