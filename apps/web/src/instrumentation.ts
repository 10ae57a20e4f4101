/** Runs once when the server starts: settings that are not right end it here, before anyone opens a page. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== 'nodejs') return;
  const { webEnvironment } = await import('./env.ts');
  webEnvironment();
}
