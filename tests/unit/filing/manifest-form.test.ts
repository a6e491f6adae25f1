import { readFileSync } from 'node:fs';
import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { formedManifest } from '#components/change/filing/manifest/fields.tsx';
import { ManifestForm } from '#components/change/filing/manifest/manifest-form.tsx';
import { readManifestText } from '#components/change/filing/manifest/manifest-text.ts';

const NAMES = { trialRoles: [], smokeTestRoles: [], services: [], relations: [], files: [] };

test('the form shows every text that it can read, also while a manifest is typed, where a field has no value yet', () => {
	const text = readFileSync('db/manifest.yaml', 'utf8');
	let shown = 0;
	for (const { index } of text.matchAll(/(?<=^[ -]*\w+:)/gm)) {
		const read = readManifestText(text.slice(0, index));
		if (!read.ok) continue;
		renderToStaticMarkup(createElement(ManifestForm, { manifest: formedManifest(read.value, text, () => undefined), names: NAMES }));
		shown++;
	}
	expect(shown).toBeGreaterThan(40);
});
