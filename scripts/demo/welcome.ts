import { ROLE_TITLE } from '#lib/domain/roles.ts';
import type { Target } from '#lib/domain/target/target.ts';
import { describeWindow } from '#lib/domain/target/window.ts';
import { PEOPLE } from './people.ts';
import type { DemoState } from './state.ts';

/** What a newcomer reads: the address, who can sign in, what to try. */
export function welcome({ state, targets }: { state: DemoState; targets: Target[] }): string {
	const nightly = targets.find((target) => target.name === 'ehg-production-nightly');
	const people = PEOPLE.map(({ name, email, roles, note }) =>
		[name.padEnd(16), email.padEnd(30), roles.map((role) => ROLE_TITLE[role]).join(', '), note ? `(${note})` : ''].join(' ').trimEnd(),
	);
	return `
Countersign is ready:  http://localhost:${state.ports.web}
The application that it changes under:  http://127.0.0.1:${state.ports.sample}
The mails that it sends:  http://127.0.0.1:${state.ports.mail}

Everybody's password is  ${state.demoPassword}
${indent(people)}

What to try
  1. As Rui Almeida, file a change for ehg-production: drop the folder db/ and name Ines Duarte as responder.
     Dana Brandt gets a mail: it is her turn. Each mail has one link, to where one reads on.
  2. As Dana Brandt, then Samir Osei, then Charles Nwosu, read the statement and sign it. Each needs a browser profile, or sign out.
  3. As Ines Duarte, stand by. As Olga Petrov, execute, and watch the run; reload the page in the middle of it.
  4. File it again for ehg-production-nightly: its window is ${nightly ? describeWindow(nightly.window) : ''}, and the run is refused.
  5. File it for ehg-staging instead: Dana Brandt alone signs there. When it has succeeded, "File for ehg-production" copies it, and the
     signers read what ran on staging instead of a reason. (The folder db/ runs once in each database.)
  6. Tell the application to misbehave (its page has buttons), such as health-red-after-change, and execute another change:
     it commits, the application turns red, and the backup can be put back.
  7. As Aude Laurent, read the record of all that.

Ctrl-C stops everything and keeps the data; npm run demo -- --reset starts over.
`;
}

function indent(lines: string[]): string {
	return lines.map((line) => `  ${line}`).join('\n');
}
