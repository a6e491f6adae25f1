import { expect, test } from 'vitest';
import { compareVersions, fittestFor, parseVersion, type Version } from '#lib/postgres/programs/version.ts';

const version = (text: string): Version => {
	const parsed = parseVersion(text);
	if (!parsed) throw new Error(`${text} is no version`);
	return parsed;
};
const programs = (...texts: string[]) => texts.map((text) => ({ version: version(text) }));

test('versions are compared part by part, and a beta comes before its release', () => {
	const oldest = [
		'15',
		'15.2',
		'15.18',
		'15.20',
		'16rc1',
		'16.0',
		'17.9',
		'17.10',
		'18devel',
		'18beta1',
		'18beta2',
		'18rc1',
		'18.0',
		'18.1',
		'19devel',
	];
	const mixed = [...oldest].reverse();
	expect(
		mixed
			.map(version)
			.sort(compareVersions)
			.map(({ text }) => text),
	).toEqual(oldest);
});

test('the version is found in what a distribution adds to it', () => {
	expect(version('15.20 (Debian 15.20-1.pgdg120+1)')).toMatchObject({ text: '15.20', major: 15, minor: 20 });
	expect(parseVersion('none')).toBeNull();
});

test('a program of the server’s own major is taken, the newest of these, and else the next newer', () => {
	const all = programs('15.9', '15.20', '16.4', '17.10', '17.9', '18beta1');
	expect(fittestFor(all, 15)?.version.text).toBe('15.20');
	expect(fittestFor(all, 17)?.version.text).toBe('17.10');
	expect(fittestFor(programs('15.20', '17.9', '18.1'), 16)?.version.text).toBe('17.9');
	expect(fittestFor(programs('15.20', '16.4'), 17)).toBeNull();
	expect(fittestFor(all, 18)?.version.text).toBe('18beta1');
});
