import { mayStandBy } from '#lib/access/policy.ts';
import { ROLE_TITLE, type Role } from '#lib/domain/roles.ts';
import type { Nameable } from '#lib/domain/target/names.ts';
import { describeWindow } from '#lib/domain/target/window.ts';
import { productionsOf } from '#lib/staging/route-for.ts';
import type { Store } from '#lib/store/client.ts';
import type { Targets } from '#lib/targets/load-targets.ts';

/** What can be chosen on the form of a change: the targets with their windows and what a manifest for them may name, the people who may stand by. */
export async function readFormChoices({ store, targets }: { store: Store; targets: Targets }) {
	const people = await store.person.findMany({
		where: { active: true },
		select: { id: true, name: true, roles: { select: { role: true } } },
		orderBy: { name: 'asc' },
	});
	return {
		targets: [...targets.byName.values()].map((target) => ({
			name: target.name,
			window: describeWindow(target.window),
			staging: target.staging ?? null,
			isStaging: productionsOf(targets, target.name).length > 0,
			nameable: {
				trialRoles: target.restrictedRoles,
				smokeTestRoles: [...new Set([...target.restrictedRoles, ...target.smokeTestRoles])],
				services: target.services.map((service) => service.name),
			} satisfies Nameable,
		})),
		people: people
			.map(({ id, name, roles }) => ({ id, name, roles: roles.map(({ role }) => role as Role) }))
			.filter((person) => mayStandBy(person) === true)
			.map(({ id, name, roles }) => ({ id, name, roles: roles.map((role) => ROLE_TITLE[role]).join(', ') })),
	};
}
