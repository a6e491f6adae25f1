'use client';

import { Monitor, Moon, Sun } from 'lucide-react';
import { useSyncExternalStore } from 'react';
import { THEME_KEY, THEMES, type Theme } from './theme.ts';

const LOOK = {
	system: { title: 'System', icon: Monitor },
	light: { title: 'Light', icon: Sun },
	dark: { title: 'Dark', icon: Moon },
};

/** System, light or dark, for this browser. */
export function ThemeSwitch() {
	const chosen = useSyncExternalStore<Theme>(subscribe, chosenTheme, () => 'system');
	return (
		<fieldset className="flex gap-0.5 rounded-md border border-line bg-sunken p-0.5">
			<legend className="sr-only">Theme</legend>
			{THEMES.map((theme) => {
				const { title, icon: Icon } = LOOK[theme];
				return (
					<label
						key={theme}
						title={title}
						className="grid h-7 flex-1 place-items-center rounded-sm border border-transparent px-2 text-ink-3 hover:text-ink has-checked:border-line has-checked:bg-panel has-checked:text-ink has-focus-visible:outline-2 has-focus-visible:outline-accent"
					>
						<input type="radio" name="theme" value={theme} checked={chosen === theme} onChange={() => choose(theme)} className="sr-only" />
						<Icon className="size-4" strokeWidth={1.75} aria-hidden />
						<span className="sr-only">{title}</span>
					</label>
				);
			})}
		</fieldset>
	);
}

function choose(theme: Theme) {
	if (theme === 'system') localStorage.removeItem(THEME_KEY);
	else localStorage.setItem(THEME_KEY, theme);
	window.dispatchEvent(new Event('countersign-theme'));
}

function chosenTheme(): Theme {
	return THEMES.find((theme) => theme === localStorage.getItem(THEME_KEY)) ?? 'system';
}

function subscribe(listener: () => void) {
	window.addEventListener('countersign-theme', listener);
	window.addEventListener('storage', listener);
	return () => {
		window.removeEventListener('countersign-theme', listener);
		window.removeEventListener('storage', listener);
	};
}
