/** The color scheme, light or dark: the system's, unless the user has selected another. */
import { effect, signal } from '@preact/signals';

export type Theme = 'light' | 'dark';

const KEY = 'theme';
const system = matchMedia('(prefers-color-scheme: dark)');

function storedTheme(): Theme | undefined {
  const value = localStorage.getItem(KEY);
  return value === 'light' || value === 'dark' ? value : undefined;
}

export const theme = signal<Theme>(storedTheme() ?? (system.matches ? 'dark' : 'light'));

system.addEventListener('change', () => {
  theme.value = storedTheme() ?? (system.matches ? 'dark' : 'light');
});

export function toggleTheme(): void {
  theme.value = theme.value === 'dark' ? 'light' : 'dark';
  localStorage.setItem(KEY, theme.value);
}

effect(() => {
  document.documentElement.dataset['theme'] = theme.value;
});
