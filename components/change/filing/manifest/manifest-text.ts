import { type Document, isMap, isScalar, isSeq, LineCounter, parseDocument, Scalar, visit, type YAMLMap, type YAMLSeq } from 'yaml';

/** What the text of a manifest says, as far as it can be read; or the first line that is not YAML, or not the shape of a manifest. */
export type ReadText = { ok: true; value: Record<string, unknown> } | { ok: false; line: number; why: string };
export type Path = readonly (string | number)[];

const LISTS = ['phases', 'trial', 'verifications', 'smokeTests', 'reveals', 'services'];
const MAPS = ['timeouts', 'thresholds', 'changeLog'];
/** As the server reads it (lib/bundle/read-manifest.ts). */
const MAX_ALIASES = 100;

export function readManifestText(text: string): ReadText {
	const lines = new LineCounter();
	try {
		const document = parseDocument(text, { uniqueKeys: true, prettyErrors: false, stringKeys: true, lineCounter: lines });
		const problem = document.errors[0] ?? document.warnings[0];
		if (problem) return { ok: false, line: lines.linePos(problem.pos[0]).line || 1, why: problem.message.replace(/\.?$/, '.') };
		const value: unknown = document.toJS({ maxAliasCount: MAX_ALIASES }) ?? {};
		const wrong = wrongShape(value);
		if (wrong === null) return { ok: true, value: value as Record<string, unknown> };
		return { ok: false, line: lineOf(document, wrong.key, lines), why: wrong.why };
	} catch (error) {
		return { ok: false, line: 1, why: (error as Error).message };
	}
}

/** What a form could not show: a list that is none, an entry without fields. Wrong values it shows as they are. */
function wrongShape(value: unknown): { key: string | null; why: string } | null {
	if (!isFields(value)) return { key: null, why: 'A manifest consists of fields, such as version and phases.' };
	for (const key of LISTS) {
		const list = value[key] ?? [];
		if (!Array.isArray(list)) return { key, why: `${key} is a list.` };
		const hasFields = key !== 'services';
		if (hasFields && !list.every(isFields)) return { key, why: `Each entry of ${key} consists of fields.` };
	}
	for (const key of MAPS) if (!isFields(value[key] ?? {})) return { key, why: `${key} consists of fields.` };
	const phases = (value.phases ?? []) as Record<string, unknown>[];
	return phases.every(({ files = [] }) => Array.isArray(files ?? [])) ? null : { key: 'phases', why: 'The files of a phase are a list.' };
}

function isFields(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function lineOf(document: Document, key: string | null, lines: LineCounter): number {
	const pair = isMap(document.contents) && document.contents.items.find((item) => isScalar(item.key) && item.key.value === key);
	const start = pair && isScalar(pair.key) ? pair.key.range?.[0] : undefined;
	return start === undefined ? 1 : lines.linePos(start).line;
}

/** The text with an edit of what it says; its comments stay. A text that cannot be read stays as it is. */
function edited(text: string, edit: (document: Document) => void): string {
	if (!readManifestText(text).ok) return text;
	const document = parseDocument(text, { stringKeys: true });
	keepPadding(document, text);
	edit(document);
	return document.toString({ lineWidth: 0 });
}

/** Lists and fields in one line keep their spaces, or none, inside the brackets: the library knows one way for all. */
function keepPadding(document: Document, text: string): void {
	const keep = (_key: unknown, node: YAMLMap | YAMLSeq) => {
		if (!node.flow || !node.range) return;
		const flowCollectionPadding = text[node.range[0] + 1] === ' ' ? ' ' : '';
		const print = node.toString.bind(node);
		node.toString = (context, ...rest) => print(context && { ...context, flowCollectionPadding }, ...rest);
	};
	visit(document, { Map: keep, Seq: keep });
}

/** Sets one value; `undefined` removes it, and what would be empty without it. */
export function withValue(text: string, path: Path, value: unknown): string {
	return edited(text, (document) => {
		if (value !== undefined) {
			const old = document.getIn(path, true);
			// Written over in place, a value keeps its comment.
			if (isScalar(old) && typeof value !== 'object')
				Object.assign(old, { value, source: undefined, format: undefined, type: typeOf(old, value) });
			else document.setIn(path, document.createNode(value));
			return;
		}
		document.deleteIn(path);
		const parent = path.slice(0, -1);
		const left = parent.length > 0 ? document.getIn(parent) : null;
		const isEmpty = (isMap(left) || isSeq(left)) && left.items.length === 0;
		if (isEmpty && parent.length === 1) document.deleteIn(parent);
	});
}

/** Quotes that were written stay, unless the value is no text any more; several lines are written as such. */
function typeOf(old: Scalar, value: unknown): Scalar.Type | undefined {
	if (typeof value !== 'string') return undefined;
	if (value.includes('\n')) return Scalar.BLOCK_LITERAL;
	return old.type === Scalar.BLOCK_LITERAL || old.type === Scalar.BLOCK_FOLDED ? undefined : (old.type as Scalar.Type | undefined);
}

/** Adds an entry at the end of a list, which begins with it if it is not there. */
export function withEntry(text: string, path: Path, entry: unknown): string {
	return edited(text, (document) => {
		const list = document.getIn(path, true);
		if (isSeq(list)) list.add(document.createNode(entry));
		else document.setIn(path, document.createNode([entry]));
	});
}

/** Moves an entry of a list by one, with its comments. */
export function withEntryMoved(text: string, path: Path, index: number, by: -1 | 1): string {
	return edited(text, (document) => {
		const list = document.getIn(path, true);
		if (!isSeq(list) || list.items[index] === undefined || list.items[index + by] === undefined) return;
		list.items.splice(index + by, 0, ...list.items.splice(index, 1));
	});
}

export type Phase = { name: string; files: string[] };

/** The phases that a text names, in order; null when it cannot be read. */
export function phasesIn(text: string): Phase[] | null {
	const read = readManifestText(text);
	if (!read.ok) return null;
	const phases = (read.value.phases ?? []) as Record<string, unknown>[];
	return phases.map(({ name, files }) => ({ name: String(name ?? ''), files: ((files ?? []) as unknown[]).map(String) }));
}

/** Names new files: each after the last file of its folder, else at the end of the last phase. */
export function withFilesAdded(text: string, paths: readonly string[]): string {
	const named = new Set(phasesIn(text)?.flatMap(({ files }) => files));
	const added = paths.filter((path) => !named.has(path));
	if (added.length === 0) return text;
	return edited(text, (document) => {
		const lists = listsOf(document);
		for (const path of added) {
			const place = lastOfFolder(lists, folderOf(path)) ?? { list: lists.at(-1), after: Number.POSITIVE_INFINITY };
			place.list?.items.splice(place.after + 1, 0, document.createNode(path));
		}
	});
}

/** Names files no more; a phase that had no others goes with them. */
export function withFilesRemoved(text: string, paths: readonly string[]): string {
	const gone = new Set(paths);
	return edited(text, (document) => {
		for (const list of listsOf(document)) list.items = list.items.filter((item) => !gone.has(nameOf(item)));
		dropEmptyPhases(document);
	});
}

/** Names files by their new paths, at their places. */
export function withFilesRenamed(text: string, renamed: ReadonlyMap<string, string>): string {
	return edited(text, (document) => {
		for (const list of listsOf(document))
			for (const item of list.items) {
				const path = renamed.get(nameOf(item));
				if (path !== undefined && isScalar(item)) Object.assign(item, { value: path, source: undefined });
			}
	});
}

/** Runs a file one place earlier or later: over the edge of its phase it goes to the neighbouring one. */
export function withFileMoved(text: string, path: string, by: -1 | 1): string {
	return edited(text, (document) => {
		const lists = listsOf(document);
		const at = lists.findIndex((list) => list.items.some((item) => nameOf(item) === path));
		const list = lists[at];
		if (!list) return;
		const index = list.items.findIndex((item) => nameOf(item) === path);
		const isInside = list.items[index + by] !== undefined;
		const into = isInside ? list : lists[at + by];
		if (!into) return;
		const [item] = list.items.splice(index, 1);
		into.items.splice(isInside ? index + by : by === 1 ? 0 : into.items.length, 0, item);
		dropEmptyPhases(document);
	});
}

/** Puts files at the end of a phase, in the order that they have. */
export function withFilesInPhase(text: string, paths: readonly string[], at: number): string {
	const moved = new Set(paths);
	return edited(text, (document) => {
		const lists = listsOf(document);
		const into = lists[at];
		if (!into) return;
		const found = lists.flatMap(({ items }) => items.filter((item) => moved.has(nameOf(item))));
		for (const list of lists) list.items = list.items.filter((item) => !moved.has(nameOf(item)));
		into.items.push(...found);
		dropEmptyPhases(document);
	});
}

/** Begins a new phase with a file, which takes along what runs after it in its phase. */
export function withPhaseSplit(text: string, path: string, name: string): string {
	return edited(text, (document) => {
		const phases = document.get('phases', true);
		if (!isSeq(phases)) return;
		const at = phases.items.findIndex((phase) => filesOf(phase)?.items.some((item) => nameOf(item) === path));
		const list = filesOf(phases.items[at]);
		const index = list?.items.findIndex((item) => nameOf(item) === path) ?? 0;
		if (!list || index === 0) return;
		const phase = document.createNode({ name, files: [] });
		(phase.get('files') as YAMLSeq).items = list.items.splice(index);
		phases.items.splice(at + 1, 0, phase);
	});
}

/** Makes a phase a part of the one before it. */
export function withPhaseJoined(text: string, at: number): string {
	return edited(text, (document) => {
		const phases = document.get('phases', true);
		const before = isSeq(phases) ? filesOf(phases.items[at - 1]) : null;
		const joined = isSeq(phases) ? filesOf(phases.items[at]) : null;
		if (!isSeq(phases) || !before || !joined) return;
		before.items.push(...joined.items);
		phases.items.splice(at, 1);
	});
}

function listsOf(document: Document): YAMLSeq[] {
	const phases = document.get('phases', true);
	return isSeq(phases) ? phases.items.flatMap((phase) => filesOf(phase) ?? []) : [];
}

function filesOf(phase: unknown): YAMLSeq | null {
	const files = isMap(phase) ? phase.get('files', true) : null;
	return isSeq(files) ? files : null;
}

function dropEmptyPhases(document: Document): void {
	const phases = document.get('phases', true);
	if (!isSeq(phases)) return;
	const left = phases.items.filter((phase) => filesOf(phase)?.items.length !== 0);
	if (left.length > 0) phases.items = left;
}

function lastOfFolder(lists: YAMLSeq[], folder: string): { list: YAMLSeq; after: number } | null {
	for (const list of lists.toReversed()) {
		const after = list.items.findLastIndex((item) => folderOf(nameOf(item)) === folder);
		if (after !== -1) return { list, after };
	}
	return null;
}

function nameOf(item: unknown): string {
	return isScalar(item) ? String(item.value) : '';
}

function folderOf(path: string): string {
	return path.slice(0, path.lastIndexOf('/') + 1);
}
