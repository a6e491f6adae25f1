import { encode } from 'next-auth/jwt';
import { signInAs, type ThrowawayConsole } from '#scripts/throwaway/console.ts';
import type { ConsoleProcess } from './console-process.ts';

export type OpenPage = {
	/** Closes it, and says how many rows of the journal came. */
	close(): Promise<number>;
};

/** Has the run's page open, as the operator does while it goes on: the page once, then its events until it is closed. */
export function openPage(page: { web: ConsoleProcess; console: ThrowawayConsole; runId: string }): OpenPage {
	const closed = new AbortController();
	const read = readEvents({ ...page, closed: closed.signal });
	read.catch(() => undefined); // Told when it is closed.
	return {
		close: async () => {
			closed.abort();
			return await read;
		},
	};
}

async function readEvents(page: { web: ConsoleProcess; console: ThrowawayConsole; runId: string; closed: AbortSignal }): Promise<number> {
	const { web, console, runId, closed } = page;
	const { id, sessionId } = await signInAs(console, 'operator');
	const token = await encode({ token: { personId: id, sessionId }, secret: web.secret });
	const ask = async (path: string) => {
		const response = await fetch(new URL(path, web.url), {
			headers: { cookie: `next-auth.session-token=${token}` },
			redirect: 'manual',
			signal: closed,
		});
		if (!response.ok) throw new Error(`${path} answered ${response.status}`);
		return response;
	};
	await (await ask(`/runs/${runId}`)).text();
	const { body } = await ask(`/api/runs/${runId}/events`);
	let rows = 0;
	let rest = '';
	try {
		for await (const chunk of body?.pipeThrough(new TextDecoderStream()) ?? []) {
			const events = (rest + chunk).split('\n\n');
			rest = events.pop() ?? '';
			rows += events.filter((event) => event.includes('event: journal\n')).length;
		}
	} catch (error) {
		if (!closed.aborted) throw error;
	}
	return rows;
}
