import fc from 'fast-check';
import { expect, test } from 'vitest';
import { makeCutter } from '#lib/postgres/connection/cut-messages.ts';

const MOST = 64;
const KEPT = 16;

function message(type: string, body: Buffer): Buffer {
	const header = Buffer.alloc(5);
	header.write(type, 0, 'latin1');
	header.writeInt32BE(body.length + 4, 1);
	return Buffer.concat([header, body]);
}

/** Cuts it with the chunks ending at these places. */
function cut(bytes: Buffer, ends: number[]): Buffer {
	const cutter = makeCutter(MOST, KEPT);
	const places = [...new Set([0, ...ends.map((end) => end % (bytes.length + 1)), bytes.length])].sort((a, b) => a - b);
	return Buffer.concat(places.slice(1).flatMap((end, i) => cutter(bytes.subarray(places[i], end))));
}

const emptyRow = message('D', Buffer.from([0, 0]));
const long = Buffer.alloc(MOST + 1, 'x');

test('what is short passes as it is, wherever the chunks end', () => {
	const messages = fc.array(fc.tuple(fc.constantFrom('D', 'd', 'E', 'N', 'C', 'Z'), fc.uint8Array({ maxLength: MOST })));
	fc.assert(
		fc.property(messages, fc.array(fc.nat()), (all, ends) => {
			const bytes = Buffer.concat(all.map(([type, body]) => message(type, Buffer.from(body))));
			expect(cut(bytes, ends).equals(bytes)).toBe(true);
		}),
	);
});

test('a long row is one without columns, long data of COPY is gone, and what follows is whole, wherever the chunks end', () => {
	const after = message('C', Buffer.from('SELECT 1\0'));
	const bytes = Buffer.concat([message('D', long), message('d', long), after]);
	fc.assert(
		fc.property(fc.array(fc.nat()), (ends) => {
			expect(cut(bytes, ends).equals(Buffer.concat([emptyRow, after]))).toBe(true);
		}),
	);
});

test('a long error ends early and is a whole message still', () => {
	const bytes = Buffer.concat([
		message('E', Buffer.concat([Buffer.from('SERROR\0M'), long, Buffer.from('\0\0')])),
		message('Z', Buffer.from('I')),
	]);
	const expected = Buffer.concat([message('E', Buffer.from('SERROR\0Mxxxxxxxx\0\0')), message('Z', Buffer.from('I'))]);
	fc.assert(
		fc.property(fc.array(fc.nat()), (ends) => {
			expect(cut(bytes, ends).equals(expected)).toBe(true);
		}),
	);
});

test('no other message is cut: what we ask for ourselves is read whole', () => {
	const bytes = message('T', long);
	expect(cut(bytes, [3, 9]).equals(bytes)).toBe(true);
});
