import { ROLES, type Role } from '@silt/domain';

/** The strongest that a membership names; what is not known may only look. */
export function roleOf(kept: string): Role {
  const named = kept.split(',').map((role) => role.trim());
  return ROLES.find((role) => named.includes(role)) ?? 'member';
}
