import { randomBytes, randomInt } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { freePort } from '#scripts/set-up/free-port.ts';
import { PLACES } from './places.ts';
import { writePrivately } from './write-privately.ts';

const PORT_NAMES = ['console', 'target', 'sample', 'sampleStaging', 'web', 'smtp', 'mail'] as const;
type PortName = (typeof PORT_NAMES)[number];

/** What the demo remembers from one start to the next. Ports are chosen anew when they are taken. */
export type DemoState = {
	ports: Record<PortName, number>;
	passwords: Record<PasswordName, string>;
	/** What everybody in the demo signs in with. */
	demoPassword: string;
	nextauthSecret: string;
	sampleToken: string;
};

const PASSWORD_NAMES = ['console', 'consoleOwner', 'consoleApp', 'target', 'ehgApp', 'run', 'backup', 'restore'] as const;
export type PasswordName = (typeof PASSWORD_NAMES)[number];

const WORDS =
	'amber anchor apple autumn birch bridge candle canyon cedar cloud copper coral ember falcon fern forest garden glacier harbor hazel island ivory jasper juniper lantern laurel maple marble meadow mercury north ocean olive orchard pepper pine planet prairie quartz raven river saffron silver spruce summit thunder timber tulip velvet walnut willow winter'.split(
		' ',
	);
/** Where people look first. */
const WEB_PORT = 3000;

/** The remembered state, or a new one with real passwords; with ports that are free now. Kept in .data/demo.json, mode 0600. */
export async function openState(): Promise<DemoState> {
	const remembered = existsSync(PLACES.state) ? (JSON.parse(readFileSync(PLACES.state, 'utf8')) as DemoState) : null;
	const state = { ...(remembered ?? newSecrets()), ports: await choosePorts(remembered?.ports) };
	writePrivately(PLACES.state, JSON.stringify(state, null, '\t'));
	return state;
}

async function choosePorts(before: Partial<DemoState['ports']> | undefined): Promise<DemoState['ports']> {
	const chosen: [PortName, number][] = [];
	for (const name of PORT_NAMES) chosen.push([name, await freePort(name === 'web' ? [before?.web, WEB_PORT] : [before?.[name]])]);
	const ports = Object.fromEntries(chosen) as DemoState['ports'];
	// The system may hand out the same free port twice, because nobody listens on it yet.
	return new Set(Object.values(ports)).size === PORT_NAMES.length ? ports : choosePorts(undefined);
}

function newSecrets(): Omit<DemoState, 'ports'> {
	const secret = () => randomBytes(24).toString('hex');
	return {
		passwords: Object.fromEntries(PASSWORD_NAMES.map((name) => [name, secret()])) as DemoState['passwords'],
		demoPassword: [word(), word(), word(), randomInt(10, 100)].join('-'),
		nextauthSecret: secret(),
		sampleToken: secret(),
	};
}

function word(): string {
	return WORDS[randomInt(WORDS.length)] ?? 'amber';
}
