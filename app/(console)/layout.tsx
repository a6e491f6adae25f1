import type { ReactNode } from 'react';
import { TopBar } from '#components/shell/top-bar.tsx';
import { currentActor } from '#lib/access/require-actor.ts';
import { ROLE_TITLE } from '#lib/domain/roles.ts';
import { store } from '#lib/store/client.ts';
import { targets } from '#lib/targets/load-targets.ts';
import { readWaiting } from '#lib/views/read-waiting.ts';
import { signOutAction } from '../sign-in/sign-out-action.ts';

/** The bar around every page of the console. It guards nothing: each page asks for itself who is there. */
export default async function ConsoleLayout({ children }: { children: ReactNode }) {
	const actor = await currentActor();
	const waiting = actor ? await readWaiting({ store: store(), targets: targets(), actor, now: new Date() }) : [];
	return (
		<>
			{actor && (
				<TopBar
					person={{ name: actor.name, email: actor.email, roles: actor.roles.map((role) => ROLE_TITLE[role]) }}
					waiting={waiting.length}
					signOut={signOutAction}
				/>
			)}
			<main id="content">{children}</main>
		</>
	);
}
