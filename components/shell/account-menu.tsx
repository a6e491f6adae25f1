import { Bell, LogOut, type LucideIcon, Monitor, Moon, Sun } from 'lucide-react';
import Link from 'next/link';
import { MenuCloser } from './menu-closer.tsx';
import { ThemeSwitch } from './theme-switch.tsx';

/** Who is signed in, their roles, the theme, and sign out. A <details>, so it works before any script has loaded. */
export function AccountMenu({
	name,
	email,
	roles,
	signOut,
}: {
	name: string;
	email: string;
	roles: string[];
	signOut: () => Promise<void>;
}) {
	return (
		<details className="relative">
			<summary className="grid size-8 list-none place-items-center rounded-full [&::-webkit-details-marker]:hidden">
				<span className="grid size-[26px] place-items-center rounded-full bg-accent-soft text-[11px] font-semibold text-accent" aria-hidden>
					{initials(name)}
				</span>
				<span className="sr-only">Account: {name}</span>
			</summary>
			<MenuCloser />
			<div className="panel absolute right-0 z-30 mt-3 grid w-64 gap-3 p-3.5">
				<div className="min-w-0">
					<p className="font-medium">{name}</p>
					<p className="text-sm text-ink-2 [overflow-wrap:anywhere]">{email}</p>
					<p className="mt-1 text-sm text-ink-3">{roles.join(' · ')}</p>
				</div>
				<Link href="/settings/notifications" className="flex h-9 items-center gap-2 rounded-md px-3 font-medium hover:bg-sunken">
					<Bell className="size-4 text-ink-2" strokeWidth={1.75} aria-hidden />
					Notifications
				</Link>
				<ThemeSwitch icons={{ system: themeIcon(Monitor), light: themeIcon(Sun), dark: themeIcon(Moon) }} />
				<form action={signOut}>
					<button
						type="submit"
						className="flex h-9 w-full items-center gap-2 rounded-md border border-line-strong px-3 font-medium hover:bg-sunken"
					>
						<LogOut className="size-4 text-ink-2" strokeWidth={1.75} aria-hidden />
						Sign out
					</button>
				</form>
			</div>
		</details>
	);
}

function themeIcon(Icon: LucideIcon) {
	return <Icon className="size-4" strokeWidth={1.75} aria-hidden />;
}

function initials(name: string): string {
	const words = name.split(/\s+/).filter(Boolean);
	const letters = [words[0], words.length > 1 ? words.at(-1) : undefined].map((word) => [...(word ?? '')][0] ?? '');
	return letters.join('').toUpperCase();
}
