export type Theme = 'dark' | 'light';
export const THEME_COOKIE = 'silt-theme';

export const readTheme = (cookie: string | undefined): Theme | null =>
  cookie === 'dark' || cookie === 'light' ? cookie : null;
