import { expect } from 'vitest';
import { openStore } from '#lib/store/client.ts';
import { fileChange, sign } from '#tests/support/change.ts';
import { startProxy } from '../../harm/proxy.ts';
import type { Row } from '../../row.ts';
import { MAKES, openStage } from '../../stage.ts';

/** The console's database has committed the signature, and the console never hears of it. */
export const replyToSignatureLost: Row = {
	row: 4,
	step: 'sign',
	fault: 'reply lost',
	required: 'the retry finds the one signature',
	async run(world) {
		const { console, setting } = await openStage(world);
		const change = await fileChange(setting, { files: { '1.sql': MAKES } });
		const proxy = await startProxy({ port: world.console.port });
		world.atEnd(() => proxy.close());
		const url = new URL(console.appUrl);
		url.port = String(proxy.port);
		const store = openStore(url.href);
		world.atEnd(() => store.$disconnect());
		const trap = proxy.catch({
			application: /.*/,
			text: /^\s*commit/i,
			after: /insert into "public"\."signature"/i,
			fate: async (caught) => {
				await caught.deliver();
				await caught.answered;
				caught.cut();
			},
		});
		const through = { ...setting, console: { ...console, store } };
		const first = await sign(through, change, { seat: 'dba' }).then(
			(result) => result.ok,
			() => 'an error',
		);
		expect(trap.count()).toBe(1);
		expect(first).toBe('an error');
		expect(await sign(through, change, { seat: 'dba' })).toMatchObject({
			ok: false,
			refusal: { code: 'conflict', message: expect.stringContaining('You signed this revision') },
		});
		expect(await console.sql('select seat from signature')).toEqual([{ seat: 'dba' }]);
		expect(await console.sql('select status from change')).toEqual([{ status: 'awaiting_security_officer' }]);
		return 'the retry was told when it was signed; 1 signature stored';
	},
};
