import { isPair, isScalar, type Pair, parseDocument, visit } from 'yaml';
import type { Nameable } from '#lib/domain/target/names.ts';

/** What a manifest may name: by the target's definition, in its catalog, and in the bundle. */
export type Names = Nameable & { relations: string[]; files: string[] };
/** What may stand at a place instead of the text from `from` on. */
export type Choices = { from: number; options: string[] };

/** Stands where the cursor is, so that the parser says where that is. */
const HERE = 'HERE0cursor0HERE';

/** What may be written at an offset of a manifest; null when nothing is known. */
export function completeManifest(text: string, offset: number, names: Names): Choices | null {
	const word = /[\w.$/-]*$/.exec(text.slice(0, offset))?.[0] ?? '';
	const from = offset - word.length;
	const values = valuesAt(placeOf(text, { from, offset, as: HERE }), names);
	if (values) return { from, options: values };
	const place = placeOf(text, { from, offset, as: `${HERE}:` });
	const fields = place?.isField ? FIELDS[place.keys.join('.')] : undefined;
	return fields ? { from, options: fields.map((field) => `${field}: `) } : null;
}

type Place = { keys: string[]; isField: boolean };

/** The fields above the cursor, outermost first; lists are not counted. */
function placeOf(text: string, { from, offset, as }: { from: number; offset: number; as: string }): Place | null {
	const document = parseDocument(text.slice(0, from) + as + text.slice(offset), { prettyErrors: false, logLevel: 'silent' });
	let found: Place | null = null;
	visit(document, {
		Scalar(key, node, path) {
			if (node.value !== HERE && !(typeof node.value === 'string' && node.value.includes(HERE))) return;
			const pairs = path.filter((one): one is Pair => isPair(one));
			const isField = key === 'key';
			found = { keys: (isField ? pairs.slice(0, -1) : pairs).map(nameOf), isField };
			return visit.BREAK;
		},
	});
	return found;
}

function nameOf({ key }: Pair): string {
	return isScalar(key) ? String(key.value) : '';
}

function valuesAt(place: Place | null, names: Names): string[] | null {
	if (!place || place.isField) return null;
	const values: Record<string, string[]> = {
		'phases.files': names.files,
		'trial.role': names.trialRoles,
		'trial.views': names.relations,
		'trial.sql': names.relations,
		'verifications.sql': names.relations,
		'smokeTests.role': names.smokeTestRoles,
		'smokeTests.sql': names.relations,
		'reveals.relation': names.relations,
		services: names.services,
		standbyCopy: ['true', 'false'],
		restore: ['confirmed', 'automatic'],
	};
	return values[place.keys.join('.')] ?? null;
}

const EXPECTATIONS = ['value', 'rows', 'atLeast', 'sqlstate', 'sees'];
/** The fields of each part of a manifest (lib/domain/manifest.ts). */
const FIELDS: Record<string, string[]> = {
	'': [
		'version',
		'phases',
		'timeouts',
		'thresholds',
		'trial',
		'verifications',
		'smokeTests',
		'reveals',
		'changeLog',
		'services',
		'standbyCopy',
		'restore',
	],
	phases: ['name', 'files'],
	timeouts: ['lock', 'statement', 'trial'],
	thresholds: ['errors', 'deadlocks', 'responseTime', 'cpu', 'waitingBehindUs'],
	trial: ['role', 'views', 'name', 'sql'],
	verifications: ['name', 'sql', 'expect'],
	'verifications.expect': EXPECTATIONS,
	smokeTests: ['name', 'role', 'sql', 'expect'],
	'smokeTests.expect': EXPECTATIONS,
	reveals: ['reader', 'relation'],
	changeLog: ['tableName', 'operation', 'rowData'],
};
