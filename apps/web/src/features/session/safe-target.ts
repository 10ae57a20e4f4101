/** A path of this site to go to after signing in; anything that could lead elsewhere becomes the fleet page. */
export function safeTarget(to: string | null): string {
  const safe = to !== null && /^\/(?![/\\])[^\\\s]*$/.test(to) && !to.startsWith('/sign-in');
  return safe ? to : '/';
}
