import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { armStart, disarmStart } from '#lib/run/orders/arm-start.ts';
import { startArmed } from '#lib/run/worker/start-armed.ts';
import { approvedChange, execute, expectOk, type FiledChange, noQueue, type Setting, targetsOf } from '#tests/support/change.ts';
import type { PersonKey } from '#tests/support/people.ts';
import { openTestConsole, readRecord, type TestConsole } from '#tests/support/test-console.ts';
import { openTestTarget, type TestTarget } from '#tests/support/test-target.ts';

let console_: TestConsole;
let place: TestTarget;
let setting: Setting;
let change: FiledChange;

beforeAll(async () => {
	place = await openTestTarget();
});
afterAll(async () => {
	await console_?.close();
	await place?.close();
});
beforeEach(async () => {
	await console_?.close();
	console_ = await openTestConsole();
	setting = { console: console_, target: place.define() };
	change = await approvedChange(setting, { files: { '1.sql': 'create table eng.made (id int)' } });
});

const inAnHour = () => new Date(Date.now() + 3_600_000);

async function arm(by: PersonKey = 'olga', at: Date | null = inAnHour()) {
	const { changeId, digest } = change;
	return armStart({ store: console_.store, targets: targetsOf(setting.target), actor: await console_.actor(by), changeId, digest, at });
}

/** The time comes, so long ago. */
function itIsTime(agoMs = 0): Promise<unknown> {
	return console_.sql(`update armed_start set starts_at = now() - $1 * interval '1 ms'`, [agoMs]);
}

function sweep(): Promise<void> {
	return startArmed({ store: console_.store, targets: targetsOf(setting.target), enqueue: noQueue });
}

const armed = () => console_.sql('select ended_how as how, reason from armed_start order by armed_at');
const runs = () => console_.sql('select r.status, p.name from run r join person p on p.id = r.operator_id');
const kinds = async () => (await readRecord(console_)).map(({ kind }) => kind);

test('an armed start begins one run when it is due, as its operator, however many workers look', async () => {
	expectOk(await arm());
	await sweep();
	expect(await runs()).toEqual([]);
	await itIsTime();
	await Promise.all([sweep(), sweep(), sweep()]);
	expect(await runs()).toEqual([{ status: 'queued', name: expect.stringMatching(/Olga/) }]);
	expect(await armed()).toEqual([{ how: 'started', reason: null }]);
	expect((await kinds()).slice(-2)).toEqual(['start.armed', 'run.claimed']);
});

test('a hard stop that is not met then is a missed start, with the reason, and nothing starts later', async () => {
	expectOk(await arm());
	await console_.sql(`update stand_by set at = now() - interval '31 minutes'`);
	await itIsTime();
	await sweep();
	await console_.sql('update stand_by set at = now()');
	await sweep();
	expect(await runs()).toEqual([]);
	expect(await armed()).toEqual([{ how: 'missed', reason: expect.stringMatching(/Incident team/) }]);
	expect(await console_.sql('select status from change')).toEqual([{ status: 'approved' }]);
	expect((await kinds()).at(-1)).toBe('start.missed');
	// It can be armed again.
	expectOk(await arm());
});

test('an operator who has lost the role since starts nothing', async () => {
	expectOk(await arm());
	await console_.sql(`delete from person_role where role = 'operator' and person_id = $1`, [await console_.idOf('olga')]);
	await itIsTime();
	await sweep();
	expect([await runs(), (await armed())[0]?.how]).toEqual([[], 'missed']);
});

test('a start that nobody was there to begin is missed, not begun late', async () => {
	expectOk(await arm());
	await itIsTime(11 * 60_000);
	await sweep();
	expect(await runs()).toEqual([]);
	expect(await armed()).toEqual([{ how: 'missed', reason: expect.stringMatching(/^It could not be started within 10 minutes/) }]);
});

test('anybody of the team disarms it; an auditor does not', async () => {
	expectOk(await arm());
	const { changeId } = change;
	const disarm = async (by: PersonKey) => disarmStart({ store: console_.store, actor: await console_.actor(by), changeId });
	expect(await disarm('aude')).toMatchObject({ ok: false, refusal: { code: 'forbidden' } });
	expectOk(await disarm('dana'));
	await itIsTime();
	await sweep();
	expect([await runs(), (await armed())[0]?.how]).toEqual([[], 'disarmed']);
	expect(await disarm('dana')).toMatchObject({ ok: false, refusal: { code: 'conflict' } });
});

test('Execute pressed before the time is the start, and there is no second one', async () => {
	expectOk(await arm());
	expectOk(await execute(setting, change));
	await itIsTime();
	await sweep();
	expect(await runs()).toHaveLength(1);
	expect((await armed())[0]?.how).toBe('started');
});

test('what can be known when it is armed is refused then', async () => {
	expect(await arm('rui')).toMatchObject({ ok: false, refusal: { code: 'forbidden' } });
	expect(await arm('olga', new Date(Date.now() - 1_000))).toMatchObject({
		ok: false,
		refusal: { message: expect.stringMatching(/has passed/) },
	});
	expect(await arm('olga', new Date(Date.now() + 90 * 86_400_000))).toMatchObject({
		ok: false,
		refusal: { message: expect.stringMatching(/expired/) },
	});
	// Its window never closes: there is no opening to wait for.
	expect(await arm('olga', null)).toMatchObject({ ok: false, refusal: { message: expect.stringMatching(/is open now/) } });
	setting.target.window = { daily: undefined, once: [{ from: '2030-01-01T00:00:00.000Z', to: '2030-01-01T02:00:00.000Z' }], freezes: [] };
	expect(await arm()).toMatchObject({ ok: false, refusal: { message: expect.stringMatching(/is closed at/) } });
	expectOk(await execute({ ...setting, target: place.define() }, change));
	setting.target = place.define();
	expect(await arm()).toMatchObject({ ok: false, refusal: { message: expect.stringMatching(/cannot be executed: running/) } });
});
