import { afterAll, beforeAll } from 'vitest';
import type { Target } from '#lib/domain/target/target.ts';
import { openTestConsole, type TestConsole } from './test-console.ts';
import { openTestTarget, type TestTarget } from './test-target.ts';

/** A console and a target, and `place` to look into that target. */
export type SharedSetting = { readonly console: TestConsole; readonly target: Target; readonly place: TestTarget };

/** One setting for all tests of a file: opened before the first test, closed after the last. Read its parts inside tests only. */
export function sharedSetting(): SharedSetting {
	const opened: { console?: TestConsole; place?: TestTarget; target?: Target } = {};
	beforeAll(async () => {
		opened.console = await openTestConsole();
		opened.place = await openTestTarget();
		opened.target = opened.place.define();
	});
	afterAll(async () => {
		await opened.console?.close();
		await opened.place?.close();
	});
	const part = <T>(value: T | undefined): T => {
		if (value === undefined) throw new Error('the setting is open only while tests run');
		return value;
	};
	return {
		get console() {
			return part(opened.console);
		},
		get place() {
			return part(opened.place);
		},
		get target() {
			return part(opened.target);
		},
	};
}
