'use client';

import { useCallback, useEffect, useReducer, useRef, useState } from 'react';
import type { JournalRow, RunStatus } from '#lib/domain/run.ts';
import type { Seen } from './monitors/seen.ts';
import { applyRows, openState, prependLines, type RunState } from './run-state.ts';

/** open: connected. lost: reconnecting by itself. resumed: connected again, nothing missed. ended: no more rows will come. */
export type Connection = 'open' | 'lost' | 'resumed' | 'ended' | 'signed out';

export type OpenedRun = {
	runId: string;
	status: RunStatus;
	version: string;
	/** No more rows will come. */
	over: boolean;
	rows: JournalRow[];
	from: number;
	/** The last row in it. */
	seq: number;
	watched: Pick<Seen, 'points' | 'latest'>;
};

/** Rows that arrive within this time are shown together. */
const GATHER_MS = 80;
/** The server sends something at least every 15 s; a longer silence means a dead connection. */
const SILENCE_MS = 40_000;
const RESUMED_SHOWN_MS = 4_000;
const RETRY_MS = [1_000, 2_000, 4_000, 8_000] as const;

type Action = { rows: JournalRow[] } | { earlier: { rows: JournalRow[]; from: number } };

function reduce(state: RunState, action: Action): RunState {
	return 'rows' in action ? applyRows(state, action.rows) : prependLines(state, action.earlier);
}

/** Follows a run, starting after the rows that the page was opened with. `onChange`: something outside the journal has changed. */
export function useRunStream(opened: OpenedRun, onChange: () => void) {
	const [state, dispatch] = useReducer(reduce, opened, openState);
	const [connection, setConnection] = useState<Connection>(opened.over ? 'ended' : 'open');
	const [{ runId, version }] = useState(opened);
	const startAt = useRef(state.seq);
	const over = useRef(opened.over);
	const tell = useRef(onChange);
	useEffect(() => {
		tell.current = onChange;
	});

	useEffect(() => {
		if (over.current) return;
		return followRun({
			runId,
			version,
			after: startAt.current,
			onRows: (rows) => {
				startAt.current = rows.at(-1)?.seq ?? startAt.current;
				dispatch({ rows });
			},
			onChange: () => tell.current(),
			onConnection: (now) => {
				over.current = now === 'ended';
				setConnection(now);
			},
		});
	}, [runId, version]);

	useEffect(() => {
		if (connection !== 'resumed') return;
		const timer = setTimeout(() => setConnection('open'), RESUMED_SHOWN_MS);
		return () => clearTimeout(timer);
	}, [connection]);

	const { from } = state;
	const loadEarlier = useCallback(async () => {
		const response = await fetch(`/api/runs/${runId}/journal?before=${from}`);
		if (!response.ok) throw new Error(`the journal answered ${response.status}`);
		dispatch({ earlier: await response.json() });
	}, [runId, from]);

	return { state, connection, loadEarlier };
}

type Following = {
	runId: string;
	version: string;
	after: number;
	onRows: (rows: JournalRow[]) => void;
	onChange: () => void;
	onConnection: (connection: Connection) => void;
};

/** One EventSource at a time. The browser resumes it by the last row's number; where the browser gives up, this opens another. Returns a function that ends it. */
function followRun({ runId, version, after, onRows, onChange, onConnection }: Following): () => void {
	let source: EventSource | null = null;
	let last = after;
	let word = version;
	let heardAt = Date.now();
	let lost = false;
	let failures = 0;
	let gathered: JournalRow[] = [];
	let gathering: ReturnType<typeof setTimeout> | undefined;
	let retrying: ReturnType<typeof setTimeout> | undefined;

	const give = () => {
		gathering = undefined;
		const rows = gathered;
		gathered = [];
		if (rows.length > 0) onRows(rows);
	};
	const heard = () => {
		heardAt = Date.now();
		failures = 0;
		if (lost) onConnection('resumed');
		lost = false;
	};
	const stop = () => {
		clearInterval(watching);
		clearTimeout(gathering);
		clearTimeout(retrying);
		source?.close();
		give();
	};
	const end = (how: Connection) => {
		stop();
		onConnection(how);
	};
	const lose = () => {
		if (!lost) onConnection('lost');
		lost = true;
	};
	/** The browser has given up, or the server has gone silent. */
	const beginAgain = () => {
		source?.close();
		lose();
		clearTimeout(retrying);
		retrying = setTimeout(
			async () => {
				// EventSource does not say why it was refused. A plain request does.
				const status = await fetch(`/api/runs/${runId}/journal?before=1`).then(
					(response) => response.status,
					() => 0,
				);
				if (status === 401) return end('signed out');
				connect();
			},
			RETRY_MS[Math.min(failures, RETRY_MS.length - 1)],
		);
		failures += 1;
	};
	const connect = () => {
		heardAt = Date.now();
		const opening = new EventSource(`/api/runs/${runId}/events?after=${last}`);
		source = opening;
		opening.addEventListener('open', heard);
		opening.addEventListener('alive', heard);
		opening.addEventListener('journal', ({ data }) => {
			heard();
			const row = JSON.parse(data) as JournalRow;
			last = row.seq;
			gathered.push(row);
			gathering ??= setTimeout(give, GATHER_MS);
		});
		opening.addEventListener('run', ({ data }) => {
			heard();
			const now = (JSON.parse(data) as { version: string }).version;
			if (now !== word) onChange();
			word = now;
		});
		opening.addEventListener('signed-out', () => end('signed out'));
		opening.addEventListener('end', () => end('ended'));
		opening.addEventListener('error', () => {
			if (source !== opening) return;
			if (opening.readyState === EventSource.CLOSED) beginAgain();
			else lose();
		});
	};
	const watching = setInterval(() => {
		if (Date.now() - heardAt > SILENCE_MS) {
			heardAt = Date.now();
			beginAgain();
		}
	}, 5_000);
	connect();
	return stop;
}
