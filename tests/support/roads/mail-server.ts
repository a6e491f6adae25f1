import { type ParsedMail, simpleParser } from 'mailparser';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

/**
 * How it misbehaves. `later`: it says to try again. `nobody`: there is no such address. `hang`: it takes the message and never answers.
 * `twice`: it takes the message, and the line is cut before it says so.
 */
export type MailMisbehaviour = 'later' | 'nobody' | 'hang' | 'twice' | null;

export type MailServer = {
	url: string;
	mails: ParsedMail[];
	/** Every message that was sent to the end, taken or not. */
	tries: () => number;
	misbehave(how: MailMisbehaviour): void;
	close(): Promise<void>;
};

/** A real mail server on this machine. `login`: it takes mail only from who knows it, and only on an encrypted line. */
export async function startMailServer(login?: { user: string; password: string }): Promise<MailServer> {
	const mails: ParsedMail[] = [];
	let how: MailMisbehaviour = null;
	let tries = 0;
	const failure = (code: number, message: string) => Object.assign(new Error(message), { responseCode: code });
	const options: SMTPServerOptions = {
		authOptional: !login,
		...(login ? {} : { disabledCommands: ['AUTH', 'STARTTLS'] }),
		closeTimeout: 100,
		onAuth: ({ username, password }, _, done) =>
			username === login?.user && password === login?.password ? done(null, { user: username }) : done(failure(535, 'wrong login')),
		onRcptTo: (_, __, done) => done(how === 'nobody' ? failure(550, 'no such user here') : null),
		onData: (stream, session, done) => {
			simpleParser(stream).then((mail) => {
				tries += 1;
				if (how === 'later') return done(failure(451, 'try again later'));
				if (how === 'hang') return;
				mails.push(mail);
				if (how === 'twice') return cut(session.id);
				done();
			}, done);
		},
	};
	const server = new SMTPServer(options);
	server.on('error', () => undefined); // Lines that a test cuts.
	const cut = (id: string) => {
		for (const connection of server.connections) if (connection.id === id) connection._socket.destroy();
	};
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const bound = server.server.address();
	if (!bound || typeof bound === 'string') throw new Error('the mail server of the tests has no port');
	const who = login ? `${login.user}:${encodeURIComponent(login.password)}@` : '';
	return {
		url: `smtp://${who}127.0.0.1:${bound.port}`,
		mails,
		tries: () => tries,
		misbehave: (next) => {
			how = next;
		},
		close: () => new Promise((resolve) => server.close(() => resolve())),
	};
}
