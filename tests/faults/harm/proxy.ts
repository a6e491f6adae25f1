import { createConnection, createServer, type Socket } from 'node:net';

/** A statement on its way from a client to the server, held until a trap's `fate` says what becomes of it. */
export type Caught = {
	/** Sends it to the server; resolves when the server has it, or has answered if `answered` is asked for. */
	deliver(): Promise<void>;
	/** Resolves when the server's answer has come and was thrown away. */
	answered: Promise<void>;
	/** Has the server run something else in the client's session first; what it answers is thrown away. */
	inject(sql: string): Promise<void>;
	/** Ends the client's connection at once, and the server's after what was sent to it. */
	cut(): void;
	/** Ends the client's connection at once; the server hears nothing of it. */
	loseClient(): void;
	/** Passes on what was held, and everything that follows. */
	passOn(): void;
};

export type Trap = {
	/** The session's application_name. */
	application: RegExp;
	/** The text of a simple query, or of a Parse message. */
	text: RegExp;
	/** Something that the session has said before, since its last BEGIN. */
	after?: RegExp;
	/** How often it snaps; once by default. */
	times?: number;
	/** What happens to it. Until something is done with it, nothing is passed on and nothing is closed. */
	fate: (caught: Caught) => Promise<void> | void;
};

export type FaultyProxy = {
	port: number;
	catch(trap: Trap): { caught: Promise<void>; count: () => number };
	/**
	 * From now on nothing passes, either way, and nothing is closed: of these sessions, or of all and of those that come. Returns what ends
	 * it for those that come; what is silent stays so.
	 */
	silence(application?: RegExp): () => void;
	/** Another server takes the name: sessions that are there are cut, those that come lead to it. */
	leadTo(port: number): void;
	close(): Promise<void>;
};

/** Holds pg_dump while it reads its first table, for as long as it lives. */
export const A_TABLE_IN_THE_DUMP: Trap = { application: /^countersign/, text: /^COPY .* TO stdout/is, fate: () => undefined };

/** A limit for what hangs: a run that ended before it came there says nothing more. */
const CATCH_WITHIN_MS = 300_000;

const SSL_REQUEST = 80_877_103;
const GSS_REQUEST = 80_877_104;
const CANCEL_REQUEST = 80_877_102;

const COMMIT_OF_THE_RUN = { application: /^countersign run /, text: /^commit$/i };

/** The run's COMMIT, and what becomes of it. */
export function commitOfTheRun(fate: Trap['fate']): Trap {
	return { ...COMMIT_OF_THE_RUN, fate };
}

/** A TCP proxy that understands as much of PostgreSQL's protocol as it takes to see a statement before the server does. */
export async function startProxy(server: { port: number }): Promise<FaultyProxy> {
	const traps: (Trap & { left: number; seen: number; tell: () => void })[] = [];
	const sockets = new Set<Socket>();
	const lines = new Set<Line>();
	let silent = false;
	let { port: upstreamPort } = server;
	const listener = createServer({ noDelay: true }, (client) => {
		const upstream = createConnection({ host: '127.0.0.1', port: upstreamPort, noDelay: true });
		for (const socket of [client, upstream]) {
			sockets.add(socket);
			socket.on('error', () => undefined); // A cut connection is what this is for.
			socket.on('close', () => sockets.delete(socket));
		}
		const line: Line = { application: '', silent };
		lines.add(line);
		client.on('close', () => lines.delete(line));
		serve({ client, upstream, line }, ({ application, text, said }) => {
			const trap = traps.find(
				(t) => t.left > 0 && t.application.test(application) && t.text.test(text) && (!t.after || said.some((one) => t.after?.test(one))),
			);
			if (!trap) return null;
			trap.left -= 1;
			trap.seen += 1;
			trap.tell();
			return trap.fate;
		});
	});
	await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
	const address = listener.address();
	if (!address || typeof address === 'string') throw new Error('the proxy has no port');
	return {
		port: address.port,
		catch: (trap) => {
			let tell: () => void = () => undefined;
			const caught = new Promise<void>((resolve, reject) => {
				tell = resolve;
				const why = `within ${CATCH_WITHIN_MS / 1000} s no session of ${trap.application} has said ${trap.text}`;
				setTimeout(() => reject(new Error(why)), CATCH_WITHIN_MS).unref();
			});
			// Not every trap is waited for.
			caught.catch(() => undefined);
			const set = { ...trap, left: trap.times ?? 1, seen: 0, tell };
			traps.push(set);
			return { caught, count: () => set.seen };
		},
		silence: (application) => {
			silent = application === undefined;
			for (const line of lines) line.silent ||= application?.test(line.application) ?? true;
			return () => {
				silent = false;
			};
		},
		leadTo: (port) => {
			upstreamPort = port;
			for (const socket of sockets) socket.destroy();
		},
		close: async () => {
			for (const socket of sockets) socket.destroy();
			await new Promise<void>((resolve) => listener.close(() => resolve()));
		},
	};
}

type Statement = { application: string; text: string; said: string[] };
type Line = { application: string; silent: boolean };

/** Joins one client to the server. Messages of the client are looked at one by one; those of the server pass as they are. */
function serve(
	{ client, upstream, line }: { client: Socket; upstream: Socket; line: Line },
	look: (statement: Statement) => Trap['fate'] | null,
): void {
	let buffer = Buffer.alloc(0);
	let startup = true;
	let said: string[] = [];
	let held: Buffer[] | null = null;
	let swallow: ((chunk: Buffer) => void) | null = null;
	let lost = false;

	upstream.on('data', (chunk) => {
		if (line.silent) return;
		if (swallow) swallow(chunk);
		else if (client.writable) client.write(chunk);
	});
	upstream.on('close', () => client.destroy());
	const hangUp = () => {
		if (!lost) upstream.end();
	};
	client.on('close', hangUp);
	client.on('end', hangUp);
	client.on('data', (chunk) => {
		if (line.silent) return;
		buffer = Buffer.concat([buffer, chunk]);
		for (;;) {
			const message = nextMessage();
			if (!message) return;
			take(message);
		}
	});

	function nextMessage(): Buffer | null {
		const lengthAt = startup ? 0 : 1;
		if (buffer.length < lengthAt + 4) return null;
		const end = lengthAt + buffer.readInt32BE(lengthAt);
		if (buffer.length < end) return null;
		const message = buffer.subarray(0, end);
		buffer = buffer.subarray(end);
		return message;
	}

	function take(message: Buffer): void {
		if (startup) {
			readStartup(message);
			upstream.write(message);
			return;
		}
		if (held) {
			held.push(message);
			return;
		}
		const text = statementOf(message);
		if (text === null) {
			upstream.write(message);
			return;
		}
		if (/^\s*(begin|start transaction)\b/i.test(text)) said = [];
		const fate = look({ application: line.application, text, said });
		said.push(text);
		if (!fate) {
			upstream.write(message);
			return;
		}
		held = [message];
		void fate(makeCaught());
	}

	function readStartup(message: Buffer): void {
		const code = message.readInt32BE(4);
		if (code === SSL_REQUEST || code === GSS_REQUEST) return;
		startup = false;
		if (code === CANCEL_REQUEST) return;
		const fields = message.subarray(8).toString('utf8').split('\0');
		line.application = fields[fields.indexOf('application_name') + 1] ?? '';
	}

	function makeCaught(): Caught {
		let tellAnswered: () => void = () => undefined;
		const answered = new Promise<void>((resolve) => {
			tellAnswered = resolve;
		});
		const untilReady = (tell: () => void) => {
			swallow = (chunk) => {
				if (endsReady(chunk)) tell();
			};
		};
		return {
			answered,
			deliver: async () => {
				untilReady(tellAnswered);
				// The extended protocol's Bind, Execute and Sync come in the same breath as its Parse.
				await new Promise((resolve) => setImmediate(resolve));
				const all = Buffer.concat(held ?? []);
				held = [];
				await new Promise<void>((resolve, reject) => upstream.write(all, (error) => (error ? reject(error) : resolve())));
			},
			inject: async (sql) => {
				await new Promise<void>((resolve) => {
					untilReady(resolve);
					upstream.write(simpleQuery(sql));
				});
				swallow = null;
			},
			cut: () => {
				held = [];
				client.destroy();
				upstream.end();
			},
			loseClient: () => {
				lost = true;
				client.destroy();
			},
			passOn: () => {
				swallow = null;
				for (const message of held ?? []) upstream.write(message);
				held = null;
			},
		};
	}
}

/** The text of a Query or Parse message. */
function statementOf(message: Buffer): string | null {
	const type = String.fromCharCode(message[0] ?? 0);
	if (type === 'Q') return message.subarray(5, -1).toString('utf8');
	if (type !== 'P') return null;
	return message.subarray(5).toString('utf8').split('\0')[1] ?? null;
}

/** The server is ready for the next query: the last message is ReadyForQuery, of six bytes. */
function endsReady(chunk: Buffer): boolean {
	return chunk.length >= 6 && chunk[chunk.length - 6] === 0x5a && chunk.readInt32BE(chunk.length - 5) === 5;
}

function simpleQuery(sql: string): Buffer {
	const text = Buffer.from(`${sql}\0`);
	const head = Buffer.alloc(5);
	head.write('Q');
	head.writeInt32BE(text.length + 4, 1);
	return Buffer.concat([head, text]);
}
