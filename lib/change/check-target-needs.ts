import { readManifest } from '#lib/bundle/read-manifest.ts';
import type { Finding } from '#lib/domain/bundle/finding.ts';
import type { Manifest } from '#lib/domain/bundle/manifest.ts';
import type { Target } from '#lib/domain/target/target.ts';

/** What a manifest needs but the target's definition does not have or allow: services, roles, a change log, looser limits. */
export function checkTargetNeeds(manifestBytes: Buffer, target: Target): Finding[] {
	const { manifest, objectTo } = readManifest(manifestBytes);
	if (!manifest) return [];
	const lacking = [
		...services(manifest, target),
		...trialRoles(manifest, target),
		...smokeTestRoles(manifest, target),
		...changeLog(manifest, target),
		...looserThresholds(manifest, target),
		...standbyCopy(manifest, target),
	];
	return lacking.map(({ path, code, message, instead }) => objectTo(path, { code, message, instead }));
}

type Lack = { path: (string | number)[]; code: string; message: string; instead: string };

function services(manifest: Manifest, target: Target): Lack[] {
	const known = target.services.map((service) => service.name);
	return manifest.services.flatMap((name, index) =>
		known.includes(name)
			? []
			: [
					{
						path: ['services', index],
						code: 'unknown_service',
						message: `${target.name} has no service ${name}`,
						instead: `Name one of: ${list(known)}.`,
					},
				],
	);
}

function trialRoles(manifest: Manifest, target: Target): Lack[] {
	return manifest.trial.flatMap(({ role }, index) =>
		target.restrictedRoles.includes(role)
			? []
			: [
					{
						path: ['trial', index, 'role'],
						code: 'role_not_allowed',
						message: `trial queries on ${target.name} may not run as ${role}`,
						instead: `Use a restricted role of the target: ${list(target.restrictedRoles)}.`,
					},
				],
	);
}

function smokeTestRoles(manifest: Manifest, target: Target): Lack[] {
	const allowed = [...target.restrictedRoles, ...target.smokeTestRoles];
	return manifest.smokeTests.flatMap(({ role }, index) =>
		allowed.includes(role)
			? []
			: [
					{
						path: ['smokeTests', index, 'role'],
						code: 'role_not_allowed',
						message: `smoke tests on ${target.name} may not run as ${role}`,
						instead: `Use one of: ${list(allowed)}. The deployer can add others to smokeTestRoles.`,
					},
				],
	);
}

function changeLog(manifest: Manifest, target: Target): Lack[] {
	if (!manifest.changeLog || target.changeLogTable) return [];
	return [
		{
			path: ['changeLog'],
			code: 'no_change_log',
			message: `${target.name} has no change-log table`,
			instead: 'Remove changeLog, or ask the deployer to name a changeLogTable.',
		},
	];
}

function looserThresholds({ thresholds = {} }: Manifest, target: Target): Lack[] {
	return (Object.keys(thresholds) as (keyof typeof thresholds)[]).flatMap((name) => {
		const asked = thresholds[name];
		const allowed = target.thresholds[name];
		if (asked === undefined || asked <= allowed) return [];
		const shown = name === 'responseTime' || name === 'waitingBehindUs' ? `${allowed} ms` : String(allowed);
		return [
			{
				path: ['thresholds', name],
				code: 'threshold_loosened',
				message: `${name} is looser than ${target.name} allows: a bundle may tighten a threshold, never loosen it`,
				instead: `Write at most ${shown}, or remove it.`,
			},
		];
	});
}

function standbyCopy(manifest: Manifest, target: Target): Lack[] {
	if (!manifest.standbyCopy || target.standbyCopy !== 'refused') return [];
	return [
		{
			path: ['standbyCopy'],
			code: 'no_standby_copy',
			message: `${target.name} allows no standby copy`,
			instead: 'Remove standbyCopy: the restore then uses the dump. Or ask the deployer to define how large a copy may be.',
		},
	];
}

function list(names: readonly string[]): string {
	return names.length > 0 ? names.join(', ') : 'none is defined';
}
