import type { Scope, ScopeStatus } from './item.ts';

/** A subject that is a daemon in a container: it is gone when the host's list of daemons, read in full, has it no more. */
const NESTED_DAEMON = / docker:[0-9a-f]{64}:/;

/**
 * How the scope of a name was read in a run. One that the run does not name is not read, since a daemon that was stopped,
 * a file system that was unmounted or a pool that was deactivated keeps what it has; but a nested daemon's is complete,
 * and empty, when all daemons were read: its storage ends with its container.
 */
export function scopeStatusOf(scopes: readonly Scope[], name: string): ScopeStatus {
  return scopeStatusesOf(scopes)(name);
}

/** The same for many names of one run. */
export function scopeStatusesOf(scopes: readonly Scope[]): (name: string) => ScopeStatus {
  const statuses = new Map(scopes.map((scope) => [scope.name, scope.status]));
  return (name) => {
    const own = statuses.get(name);
    if (own !== undefined) return own;
    const [probe = ''] = name.split(' ', 1);
    return statuses.get(probe) === 'complete' && NESTED_DAEMON.test(name) ? 'complete' : 'not-read';
  };
}
