'use client';

import { type ReactNode, useId } from 'react';
import { CheckBox } from '#components/ui/form/check-box.tsx';
import { Select } from '#components/ui/form/field.tsx';
import type { Names } from './complete-manifest.ts';
import { EntryList } from './entry-list.tsx';
import { ExpectationField } from './expectation-field.tsx';
import { asNumber, ChoiceField, type FormedManifest, idOf, SqlField, ValueField, valueAt } from './fields.tsx';
import type { Path } from './manifest-text.ts';
import { PhasesField } from './phases-field.tsx';

const RESTORE = [
	{ value: 'confirmed', label: 'people decide' },
	{ value: 'automatic', label: 'the backup is restored at once' },
];
const STANDBY = [
	{ value: 'false', label: 'no' },
	{ value: 'true', label: 'yes: a restore needs only two renames' },
];

/** The fields of the manifest. Each edit is one of its text, which keeps its comments. */
export function ManifestForm({ manifest, names }: { manifest: FormedManifest; names: Names }) {
	const ids = { trial: useId(), smoke: useId(), relations: useId() };
	return (
		<div className="divide-y divide-line border-t border-line">
			<DataList id={ids.trial} options={names.trialRoles} />
			<DataList id={ids.smoke} options={names.smokeTestRoles} />
			<DataList id={ids.relations} options={names.relations} />
			<Part title="Phases" isOpen>
				<PhasesField manifest={manifest} />
			</Part>
			<Part title="Limits" count={countIn(manifest, 'timeouts') + countIn(manifest, 'thresholds')}>
				<Limits manifest={manifest} />
			</Part>
			<Part title="Trial, before anything changes" count={countIn(manifest, 'trial')}>
				<EntryList manifest={manifest} list="trial" noun="trial" begin={{ role: names.trialRoles[0] ?? '', views: [] }}>
					{(entry, index) => <TrialFields manifest={manifest} index={index} isQuery={'sql' in entry || 'name' in entry} ids={ids} />}
				</EntryList>
			</Part>
			<Part title="Verifications, before COMMIT" count={countIn(manifest, 'verifications')}>
				<EntryList manifest={manifest} list="verifications" noun="verification" begin={{ name: '', sql: '', expect: { value: true } }}>
					{(_, index) => <CheckFields manifest={manifest} path={['verifications', index]} />}
				</EntryList>
			</Part>
			<Part title="Smoke tests, before COMMIT and after" count={countIn(manifest, 'smokeTests')}>
				<EntryList
					manifest={manifest}
					list="smokeTests"
					noun="smoke test"
					begin={{ name: '', role: names.smokeTestRoles[0] ?? '', sql: '', expect: { rows: 1 } }}
				>
					{(_, index) => (
						<CheckFields manifest={manifest} path={['smokeTests', index]}>
							<ValueField manifest={manifest} path={['smokeTests', index, 'role']} label="As the role" list={ids.smoke} />
						</CheckFields>
					)}
				</EntryList>
			</Part>
			<Part title="Afterwards" count={countIn(manifest, 'services') + countIn(manifest, 'changeLog')}>
				<Afterwards manifest={manifest} services={names.services} />
			</Part>
		</div>
	);
}

function Limits({ manifest }: { manifest: FormedManifest }) {
	const field = (path: Path, label: string, placeholder: string, read?: (text: string) => unknown) => (
		<ValueField manifest={manifest} path={path} label={label} placeholder={placeholder} read={read} />
	);
	return (
		<div className="grid grid-cols-1 gap-3 sm:grid-cols-2">
			{field(['timeouts', 'lock'], 'Wait for a lock', '10s')}
			{field(['timeouts', 'statement'], 'One statement', '5min')}
			{field(['timeouts', 'trial'], 'One trial query', '30s')}
			{field(['thresholds', 'errors'], 'Errors logged', 'the target’s', asNumber)}
			{field(['thresholds', 'deadlocks'], 'Deadlocks', 'the target’s', asNumber)}
			{field(['thresholds', 'responseTime'], 'Response time', 'the target’s')}
			{field(['thresholds', 'cpu'], 'CPU, in percent', 'the target’s', asNumber)}
			{field(['thresholds', 'waitingBehindUs'], 'Others waiting behind us', 'the target’s')}
		</div>
	);
}

type TrialProps = { manifest: FormedManifest; index: number; isQuery: boolean; ids: { trial: string; relations: string } };

function TrialFields({ manifest, index, isQuery, ids }: TrialProps) {
	const path = ['trial', index];
	const role = valueAt(manifest.value, [...path, 'role']) ?? '';
	return (
		<>
			<div className="grid grid-cols-1 gap-3 sm:grid-cols-2">
				<ValueField manifest={manifest} path={[...path, 'role']} label="As the role" list={ids.trial} />
				<Select
					id={`${idOf(path)}-kind`}
					label="It reads"
					value={isQuery ? 'query' : 'views'}
					onChange={({ target }) => manifest.set(path, target.value === 'query' ? { role, name: '', sql: '' } : { role, views: [] })}
				>
					<option value="views">views or tables</option>
					<option value="query">by a query</option>
				</Select>
			</div>
			{isQuery ? (
				<CheckFields manifest={manifest} path={path} isExpecting={false} />
			) : (
				<Views manifest={manifest} path={path} list={ids.relations} />
			)}
		</>
	);
}

function Views({ manifest, path, list }: { manifest: FormedManifest; path: Path; list: string }) {
	const views = valueAt(manifest.value, [...path, 'views']);
	const count = Array.isArray(views) ? views.length : 0;
	return Array.from({ length: count + 1 }, (_, at) => (
		<ValueField
			// biome-ignore lint/suspicious/noArrayIndexKey: views have no other identity
			key={at}
			manifest={manifest}
			path={[...path, 'views', at]}
			label={at < count ? `View or table ${at + 1}` : 'Another view or table'}
			list={list}
		/>
	));
}

type CheckProps = { manifest: FormedManifest; path: Path; isExpecting?: boolean; children?: ReactNode };

function CheckFields({ manifest, path, isExpecting = true, children }: CheckProps) {
	return (
		<>
			<ValueField manifest={manifest} path={[...path, 'name']} label="What it proves" />
			{children}
			<SqlField manifest={manifest} path={[...path, 'sql']} label="SQL" />
			{isExpecting && <ExpectationField manifest={manifest} path={[...path, 'expect']} />}
		</>
	);
}

function Afterwards({ manifest, services }: { manifest: FormedManifest; services: string[] }) {
	const chosen = ((valueAt(manifest.value, ['services']) ?? []) as unknown[]).map(String);
	const all = [...new Set([...services, ...chosen])];
	const choose = (name: string, isChosen: boolean) => {
		const next = all.filter((one) => (one === name ? isChosen : chosen.includes(one)));
		manifest.set(['services'], next.length > 0 ? next : undefined);
	};
	return (
		<div className="grid grid-cols-1 gap-3">
			{all.length > 0 && (
				<fieldset className="grid gap-1.5">
					<legend className="mb-1 font-medium">Services restarted</legend>
					{all.map((name) => (
						<CheckBox
							key={name}
							id={`${idOf(['services'])}-${name}`}
							label={name}
							checked={chosen.includes(name)}
							onChange={({ target }) => choose(name, target.checked)}
						/>
					))}
				</fieldset>
			)}
			<div className="grid grid-cols-1 gap-3 sm:grid-cols-2">
				<ValueField manifest={manifest} path={['changeLog', 'tableName']} label="Change log: table name" />
				<ValueField manifest={manifest} path={['changeLog', 'operation']} label="Change log: operation" />
			</div>
			<ChoiceField manifest={manifest} path={['standbyCopy']} label="Standby copy" options={STANDBY} />
			<ChoiceField manifest={manifest} path={['restore']} label="A smoke test fails after COMMIT" options={RESTORE} />
		</div>
	);
}

function Part({ title, count = 0, isOpen = false, children }: { title: string; count?: number; isOpen?: boolean; children: ReactNode }) {
	return (
		<details open={isOpen || undefined}>
			<summary className="px-3.5 py-2.5 font-medium -outline-offset-2 max-sm:py-3">
				{title}
				{count > 0 && <span className="mono ml-2 text-sm text-ink-2">{count}</span>}
			</summary>
			<div className="px-3.5 pb-4">{children}</div>
		</details>
	);
}

function DataList({ id, options }: { id: string; options: string[] }) {
	return (
		<datalist id={id}>
			{options.map((option) => (
				<option key={option} value={option} />
			))}
		</datalist>
	);
}

function countIn(manifest: FormedManifest, field: string): number {
	const value = valueAt(manifest.value, [field]);
	return value && typeof value === 'object' ? Object.keys(value).length : 0;
}
