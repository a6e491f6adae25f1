import type { ReactNode } from 'react';
import { TopBar } from '#components/shell/top-bar.tsx';
import { currentActor } from '#lib/access/require-actor.ts';
import { ROLE_TITLE } from '#lib/domain/roles.ts';
import { signOutAction } from '../sign-in/sign-out-action.ts';
import { firstWaiting } from './first-waiting.ts';

/** The top bar of every page of the console. It guards nothing: each page checks for itself who is signed in. */
export default async function ConsoleLayout({ children }: { children: ReactNode }) {
	const actor = await currentActor();
	const waiting = actor && (await firstWaiting(actor));
	return (
		<>
			{actor && (
				<TopBar
					person={{ name: actor.name, email: actor.email, roles: actor.roles.map((role) => ROLE_TITLE[role]) }}
					waiting={waiting?.items.length ? `${waiting.items.length}${waiting.next ? '+' : ''}` : null}
					signOut={signOutAction}
				/>
			)}
			<main id="content">{children}</main>
		</>
	);
}
