import type { NewToken } from '@silt/domain';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { Actor, WebServices } from '../../src/index.ts';
import {
  ALL,
  addHome,
  addKey,
  auditsOf,
  type CollectorStage,
  ONE,
  openCollectorStage,
  UNKNOWN_ID,
} from '../collector-stage.ts';
import { addHost, addOrganisation, type TestFleet } from '../fleet-rows.ts';

const NEVER_AN_ID = `x'; DROP TABLE host; --`;

let stage: CollectorStage;
let fleet: TestFleet;
let services: WebServices;

beforeAll(async () => {
  stage = await openCollectorStage(inject('postgresUrl'));
  ({ fleet, services } = stage);
});

afterAll(() => stage.close());

describe('who may', () => {
  const bound = (hostId: string): NewToken => ({ ...ONE, hostId });
  const changes: [string, (actor: Actor, id: string) => Promise<unknown>][] = [
    ['createToken', (actor, id) => services.collectors.createToken(actor, bound(id))],
    ['withdrawToken', (actor, id) => services.collectors.withdrawToken(actor, id)],
    ['revokeKeys', (actor, id) => services.collectors.revokeKeys(actor, id)],
    ['retireHost', (actor, id) => services.collectors.retireHost(actor, id)],
    ['setExpiry', (actor) => services.collectors.setExpiry(actor, { tag: 'ci', silentHours: 1 })],
    ['removeExpiry', (actor) => services.collectors.removeExpiry(actor, 'ci')],
  ];

  test.each(changes)('%s is forbidden for a member, and leaves nothing behind', async (name, change) => {
    const home = await addHome(stage, `Member${name}`);
    const host = await addHost(fleet.owner, home.organisationId, 'm');
    await addKey(stage, host);
    await expect(change({ ...home, role: 'member' }, host.publicId)).rejects.toMatchObject({ code: 'forbidden' });
    expect(await auditsOf(stage, home.organisationId)).toEqual([]);
    expect(await services.collectors.listOpenTokens(home.organisationId)).toEqual([]);
  });

  test('an admin may do all of it', async () => {
    const admin: Actor = { ...(await addHome(stage, 'Admin')), role: 'admin' };
    const host = await addHost(fleet.owner, admin.organisationId, 'a');
    const { tokenId } = await services.collectors.createToken(admin, bound(host.publicId));
    await services.collectors.withdrawToken(admin, tokenId);
    await services.collectors.revokeKeys(admin, host.publicId);
    await services.collectors.retireHost(admin, host.publicId);
    await services.collectors.setExpiry(admin, { tag: 'ci', silentHours: 1 });
    await services.collectors.removeExpiry(admin, 'ci');
  });

  test.each(changes.slice(0, 4))('%s finds nothing by a foreign, an unknown or no id', async (name, change) => {
    const home = await addHome(stage, `Foreign${name}`);
    const host = await addHost(fleet.owner, home.organisationId, 'f');
    await addKey(stage, host);
    const { tokenId } = await services.collectors.createToken(home, bound(host.publicId));
    const foreign = name === 'withdrawToken' ? tokenId : host.publicId;
    const intruder: Actor = {
      organisationId: await addOrganisation(fleet.owner, `Theirs${name}`),
      userId: home.userId,
      role: 'owner',
    };
    for (const id of [foreign, UNKNOWN_ID, NEVER_AN_ID, ''])
      await expect(change(intruder, id), id).rejects.toMatchObject({ name: 'ServiceError', code: 'not-found' });
    expect((await services.collectors.listHosts(home.organisationId, ALL)).hosts[0]?.key?.count).toBe(1);
    expect(await services.collectors.listOpenTokens(home.organisationId)).toHaveLength(1);
  });

  test('lists and the fate of a token are those of the own organisation alone', async () => {
    const home = await addHome(stage, 'Alone');
    await addHost(fleet.owner, home.organisationId, 'alone');
    const { tokenId } = await services.collectors.createToken(home, ONE);
    await services.collectors.setExpiry(home, { tag: 'ci', silentHours: 1 });
    const foreign = await addOrganisation(fleet.owner, 'Foreigners');
    expect(await services.collectors.listHosts(foreign, ALL)).toEqual({ hosts: [], total: 0 });
    expect(await services.collectors.listOpenTokens(foreign)).toEqual([]);
    expect(await services.collectors.listExpiries(foreign)).toEqual([]);
    const { awaitHosts, removeExpiry } = services.collectors;
    for (const id of [tokenId, UNKNOWN_ID, NEVER_AN_ID])
      await expect(awaitHosts(foreign, id)).rejects.toMatchObject({ code: 'not-found' });
    const intruder: Actor = { ...home, organisationId: foreign };
    await expect(removeExpiry(intruder, 'ci')).rejects.toMatchObject({ code: 'not-found' });
  });
});
