import type { EventEmitter } from 'node:events';
import type pg from 'pg';

/** More than a check can expect, and than anybody reads of an error. */
const MOST_BYTES = 4 * 1024 * 1024;
/** What is kept of the words of an error or a NOTICE that is longer. */
const KEPT_BYTES = 64 * 1024;
const HEADER_BYTES = 5;

const [DATA_ROW, COPY_DATA, ERROR, NOTICE] = ['D', 'd', 'E', 'N'].map((letter) => letter.charCodeAt(0));
/** Stands for a row that is thrown away: one of no columns. */
const EMPTY_ROW = Buffer.from([DATA_ROW as number, 0, 0, 0, 6, 0, 0]);
/** Ends a field of an error, and the error. */
const END_OF_FIELDS = Buffer.from([0, 0]);

/** The beginning of `chunk` is kept as far as it is part of a message that passes; the rest is thrown away as it comes. */
type State = { header: Buffer; passing: number; skipping: number; after: Buffer | null };

/**
 * Makes what a server sends safe to gather: pg holds a message until all of it has come, and one value can be a gigabyte. A row that is
 * longer than `mostBytes` becomes a row without columns, data of COPY is left out, an error or a NOTICE ends early. Give it the chunks in
 * order; it gives back what is to be read instead.
 */
export function makeCutter(mostBytes = MOST_BYTES, keptBytes = KEPT_BYTES): (chunk: Buffer) => Buffer[] {
	const state: State = { header: Buffer.alloc(0), passing: 0, skipping: 0, after: null };
	return (chunk) => {
		const kept: Buffer[] = [];
		let from = 0;
		let at = 0;
		const keepSoFar = () => {
			if (at > from) kept.push(chunk.subarray(from, at));
		};
		while (at < chunk.length) {
			const left = chunk.length - at;
			if (state.passing > 0) {
				const taken = Math.min(state.passing, left);
				state.passing -= taken;
				at += taken;
			} else if (state.skipping > 0) {
				keepSoFar();
				if (state.after) kept.push(state.after);
				state.after = null;
				const taken = Math.min(state.skipping, left);
				state.skipping -= taken;
				at += taken;
				from = at;
			} else {
				keepSoFar();
				const taken = Math.min(HEADER_BYTES - state.header.length, left);
				state.header = Buffer.concat([state.header, chunk.subarray(at, at + taken)]);
				at += taken;
				from = at;
				if (state.header.length === HEADER_BYTES) kept.push(...begin(state, mostBytes, keptBytes));
			}
		}
		keepSoFar();
		return kept;
	};
}

/** A message begins: what goes before its body, and how much of that passes. */
function begin(state: State, mostBytes: number, keptBytes: number): Buffer[] {
	const { header } = state;
	const bodyBytes = header.readInt32BE(1) - 4;
	state.header = Buffer.alloc(0);
	state.passing = bodyBytes;
	const [type] = header;
	if (bodyBytes <= mostBytes) return [header];
	if (type === DATA_ROW || type === COPY_DATA) {
		Object.assign(state, { passing: 0, skipping: bodyBytes });
		return type === DATA_ROW ? [EMPTY_ROW] : [];
	}
	if (type !== ERROR && type !== NOTICE) return [header];
	Object.assign(state, { passing: keptBytes, skipping: bodyBytes - keptBytes, after: END_OF_FIELDS });
	const shorter = Buffer.from(header);
	shorter.writeInt32BE(4 + keptBytes + END_OF_FIELDS.length, 1);
	return [shorter];
}

type Readable = Pick<EventEmitter, 'on'>;
type Attaching = { connection: { attachListeners: (stream: Readable) => void } };

/** Has a client read only what passes. Before it connects; pg has no other place for it. */
export function cutLongMessages(client: pg.Client): void {
	const { connection } = client as unknown as Attaching;
	const attach = connection.attachListeners.bind(connection);
	connection.attachListeners = (stream) => {
		const cut = makeCutter();
		const reading: Readable = {
			on: (event, listener) => {
				stream.on(event, event === 'data' ? (chunk: Buffer) => cut(chunk).forEach((piece) => void listener(piece)) : listener);
				return reading as EventEmitter;
			},
		};
		attach(reading);
	};
}
