import type { Target } from '#lib/domain/target/target.ts';
import { Refusal } from '#lib/errors.ts';
import type { Targets } from './load-targets.ts';

/** The target of that name, or a Refusal: the deployer has not defined it, or no longer does. */
export function findTarget(targets: Targets, name: string): Target {
	const target = targets.byName.get(name);
	if (!target) throw new Refusal('not_found', `The target ${name} is not defined.`);
	return target;
}
