import { CheckBox } from '#components/ui/form/check-box.tsx';

/** Chooses who stands by while the change runs. */
export function ResponderChoice({
	people,
	chosen,
	onChange,
	error,
}: {
	people: { id: string; name: string; roles: string }[];
	chosen: string[];
	onChange: (ids: string[]) => void;
	error: string | undefined;
}) {
	return (
		<fieldset className="grid gap-1">
			<legend className="font-medium">Incident responders</legend>
			<p className="prose mb-1 text-sm text-ink-2">They stand by while the change runs, and check in at most 30 minutes before.</p>
			<div className="grid gap-x-4 gap-y-2 sm:grid-cols-2">
				{people.map((person) => (
					<CheckBox
						key={person.id}
						id={`responder-${person.id}`}
						label={person.name}
						hint={person.roles}
						checked={chosen.includes(person.id)}
						aria-invalid={error ? true : undefined}
						onChange={(event) => onChange(event.target.checked ? [...chosen, person.id] : chosen.filter((id) => id !== person.id))}
					/>
				))}
			</div>
			{error && <p className="text-sm text-fail">{error}</p>}
		</fieldset>
	);
}
